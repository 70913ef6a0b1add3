import { expect, it } from '@jest/globals';
import { DependencyUnavailable, SilentLogger, VirtualClock } from '@whoran/kernel';
import { Metrics, Shutdown } from '@whoran/service-kit';
import type { OpenCount } from './dead-letter-store.ts';
import { watchOpenLetters } from './open-letters-gauge.ts';

it('tells what is open, keeps the last answer while the database is away, and has a bound', async () => {
  const clock = new VirtualClock();
  const logger = new SilentLogger();
  const metrics = new Metrics('forensics');
  const shutdown = new Shutdown(logger);
  let counts: readonly OpenCount[] | undefined = [{ stage: 'alert-router', count: 3 }];
  let asked = 0;
  const openByStage = async () => {
    asked += 1;
    if (!counts) throw new DependencyUnavailable('away');
    return counts;
  };
  watchOpenLetters({ letters: { openByStage }, clock, logger, metrics, shutdown });
  const after = async (milliseconds: number) => {
    clock.advanceTo(clock.now() + milliseconds);
    await new Promise(setImmediate);
    const lines = (await metrics.registry.metrics()).matchAll(/^whoran_forensics_open_dead_letters\{stage="([^"]+)",.*\} (\d+)$/gm);
    return Object.fromEntries([...lines].map(([, stage, value]) => [stage ?? '', Number(value)]));
  };
  expect(await after(0)).toEqual({ 'alert-router': 3 });
  counts = undefined;
  expect(await after(15_000)).toEqual({ 'alert-router': 3 });
  counts = Array.from({ length: 60 }, (_, at) => ({ stage: `s${at}`, count: 2 }));
  const many = await after(15_000);
  expect([Object.keys(many).length, many['other'], many['alert-router']]).toEqual([51, 20, undefined]);
  counts = [];
  expect(await after(15_000)).toEqual({});
  await shutdown.run();
  const before = asked;
  await after(60_000);
  expect(asked).toBe(before);
});
