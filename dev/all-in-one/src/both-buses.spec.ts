import { expect, it } from '@jest/globals';
import { InProcessBus } from '@whoran/bus';
import { type ExecSession, topics } from '@whoran/contracts';
import { VirtualClock } from '@whoran/kernel';
import { anExecSession } from '@whoran/testing';
import { BothBuses } from './both-buses.ts';

it('hears both buses, and speaks on the real one only', async () => {
  const [real, demonstration] = [new InProcessBus(new VirtualClock()), new InProcessBus(new VirtualClock())];
  const heard = { both: [] as string[], real: [] as string[], demonstration: [] as string[] };
  const listen = (name: keyof typeof heard) => ({
    group: name,
    topic: topics.execSessions,
    handle: async (batch: readonly ExecSession[]) => void heard[name].push(...batch.map(({ id }) => id)),
  });
  const both = new BothBuses(real, demonstration);
  const subscribed = await both.subscribe(listen('both'));
  await real.subscribe(listen('real'));
  await demonstration.subscribe(listen('demonstration'));

  await demonstration.publish(topics.execSessions, [anExecSession({ id: 'shown' })]);
  await demonstration.idle();
  await both.publish(topics.execSessions, [anExecSession({ id: 'said' })]);
  await real.idle();
  await subscribed.close();
  await demonstration.publish(topics.execSessions, [anExecSession({ id: 'late' })]);
  await both.close();

  expect(heard).toEqual({ both: ['shown', 'said'], real: ['said'], demonstration: ['shown', 'late'] });
});
