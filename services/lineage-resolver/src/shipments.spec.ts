import { describe, expect, it } from '@jest/globals';
import { Bus, type BusHealth, type Subscribed } from '@whoran/bus';
import type { AttributedEvent, Topic } from '@whoran/contracts';
import { DependencyUnavailable, SilentLogger, VirtualClock } from '@whoran/kernel';
import { ForgetfulLineageStore } from '@whoran/lineage';
import { Metrics, NoTracing } from '@whoran/service-kit';
import { SimulatedNode, simulatedVerifier } from '@whoran/testing';
import { LineageResolverConfig } from './lineage-resolver.config.ts';
import { Resolver } from './resolver.ts';

/** A bus whose confirmations a spec gives. */
class HeldBus extends Bus {
  readonly calls: { readonly events: readonly AttributedEvent[]; readonly confirm: () => void; readonly refuse: (error: Error) => void }[] =
    [];
  override publish<T>(_topic: Topic<T>, events: readonly T[]): Promise<void> {
    return new Promise((confirm, refuse) => {
      this.calls.push({ events: events as unknown as readonly AttributedEvent[], confirm, refuse });
    });
  }
  override subscribe(): Promise<Subscribed> {
    return Promise.resolve({ close: () => Promise.resolve() });
  }
  override health(): BusHealth {
    return { dead: undefined, away: undefined };
  }
  override close(): Promise<void> {
    return Promise.resolve();
  }
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
const sent = ({ calls }: HeldBus, index: number) => calls[index]?.events.map(({ whoran: { id, revision } }) => `${id}/${revision}`) ?? [];
const away = new DependencyUnavailable('no broker');

function open() {
  const bus = new HeldBus();
  const clock = new VirtualClock(Date.parse('2026-01-01T10:00:00Z'));
  const parts = { store: new ForgetfulLineageStore(), verifier: simulatedVerifier, bus, clock, logger: new SilentLogger() };
  const resolver = new Resolver({ ...parts, metrics: new Metrics('spec'), tracing: new NoTracing() }, new LineageResolverConfig());
  const take = (node: string) => {
    const events = eventsOf(node);
    return { ids: events.map(({ whoran: { id } }) => `${id}/0`), through: ending(resolver.takeFalco(events)), events };
  };
  return { bus, clock, resolver, take };
}

/** Two main processes of containers: answers that are settled at once. */
function eventsOf(name: string) {
  const node = new SimulatedNode(undefined, undefined, name);
  node.container('a');
  node.container('b');
  return node.inputs.flatMap((input) => (input.kind === 'report' ? [] : [input.event]));
}

function ending(work: Promise<void>): { readonly how: () => string } {
  let how = 'under way';
  work.then(
    () => (how = 'through'),
    (error: unknown) => (how = String(error)),
  );
  return { how: () => how };
}

describe('what the resolver emits', () => {
  it('leaves while the bus has not confirmed what left before, and each batch is through when its own has arrived', async () => {
    const { bus, take } = open();
    const [one, two] = [take('node-a'), take('node-b')];
    await settled();
    expect([sent(bus, 0), sent(bus, 1)]).toEqual([one.ids, two.ids]);
    bus.calls[0]?.confirm();
    await settled();
    expect([one.through.how(), two.through.how()]).toEqual(['through', 'under way']);
    bus.calls[1]?.confirm();
    await settled();
    expect(two.through.how()).toBe('through');
    expect(bus.calls).toHaveLength(2);
  });

  it('leaves again, once, when the bus did not take it and the batch comes again', async () => {
    const { bus, resolver, take } = open();
    const one = take('node-a');
    await settled();
    bus.calls[0]?.refuse(away);
    await settled();
    expect(one.through.how()).toBe(String(away));
    const again = ending(resolver.takeFalco(one.events));
    await settled();
    expect(sent(bus, 1)).toEqual(one.ids);
    bus.calls[1]?.confirm();
    await settled();
    expect([again.how(), bus.calls.length]).toEqual(['through', 2]);
  });

  it('holds a batch that comes again until what left of it at first has arrived', async () => {
    const { bus, resolver, take } = open();
    const one = take('node-a');
    await settled();
    const again = ending(resolver.takeFalco(one.events));
    await settled();
    expect([bus.calls.length, again.how()]).toEqual([1, 'under way']);
    bus.calls[0]?.refuse(away);
    await settled();
    expect(again.how()).toBe(String(away));
  });

  it('does not blame a batch for what another can never publish', async () => {
    const { bus, take } = open();
    const [one, two] = [take('node-a'), take('node-b')];
    await settled();
    bus.calls[1]?.confirm();
    bus.calls[0]?.refuse(new TypeError('too large'));
    await settled();
    expect([one.through.how(), two.through.how()]).toEqual(['TypeError: too large', 'through']);
  });
});
