import { describe, expect, it } from '@jest/globals';
import { Bus, type Subscribed } from '@whoran/bus';
import { type AttributedEvent, type FalcoEvent, type Topic, topics } from '@whoran/contracts';
import { DependencyUnavailable, SilentLogger, VirtualClock } from '@whoran/kernel';
import { MemoryLineageStore, SharedMemory } from '@whoran/lineage';
import { Metrics, NoTracing } from '@whoran/service-kit';
import { type SimInput, SimulatedNode, simulatedVerifier } from '@whoran/testing';
import { LineageResolverConfig } from './lineage-resolver.config.ts';
import { Resolver } from './resolver.ts';

const START = Date.parse('2026-01-01T10:00:00Z');

/** A bus that keeps what is published; nothing is delivered from it. */
class Outbox extends Bus {
  readonly events: AttributedEvent[] = [];
  broken = false;

  override async publish<T>(topic: Topic<T>, events: readonly T[]): Promise<void> {
    if (this.broken) throw new DependencyUnavailable('the brokers are away');
    if (topic.name === topics.attributedEvents.name) this.events.push(...(events as readonly AttributedEvent[]));
  }
  override async subscribe(): Promise<Subscribed> {
    return { close: async () => {} };
  }
  override health() {
    return { dead: undefined, away: undefined };
  }
  override async close(): Promise<void> {}
}

/** Resolvers that share a store, as replicas do, and what consumers see after upserting by id. */
function fleet() {
  const clock = new VirtualClock(START);
  const memory = new SharedMemory(() => clock.now());
  const outbox = new Outbox();
  const join = () => {
    const store = new MemoryLineageStore(memory);
    const metrics = new Metrics('spec');
    const tracing = new NoTracing();
    const parts = { store, verifier: simulatedVerifier, bus: outbox, clock, logger: new SilentLogger(), metrics, tracing };
    const resolver = new Resolver(parts, new LineageResolverConfig());
    // With a store that outlives it, a resolver that ends says no more than one that is killed.
    const leave = async () => {
      await resolver.flush();
      await store.close();
    };
    return Object.assign(resolver, { leave });
  };
  const last = () => {
    const byId = new Map<string, AttributedEvent>();
    for (const event of outbox.events) {
      const old = byId.get(event.whoran.id);
      if (!old || old.whoran.revision < event.whoran.revision) byId.set(event.whoran.id, event);
    }
    return byId;
  };
  const pass = async (milliseconds: number) => {
    const until = clock.now() + milliseconds;
    for (let next = clock.nextTimer(until); next !== undefined; next = clock.nextTimer(until)) {
      clock.advanceTo(next);
      for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    }
    clock.advanceTo(until);
  };
  return { clock, memory, outbox, join, last, pass };
}

const reportsOf = (inputs: readonly SimInput[]) => inputs.flatMap((input) => (input.kind === 'report' ? [input.report] : []));
const eventsOf = (inputs: readonly SimInput[]): FalcoEvent[] => inputs.flatMap((input) => (input.kind === 'event' ? [input.event] : []));
const userOf = (event: AttributedEvent | undefined) => event?.output_fields['k8s.user.name'];

/** An exec, and later a child with a clean environment that only lineage can name. */
function story(strategy: 'env' | 'none' = 'env') {
  const node = new SimulatedNode();
  const { root } = node.exec(node.container(), { user: 'jane', command: ['bash'], strategy });
  const begin = node.inputs.splice(0);
  node.start(node.fork(root), ['bash', '-c', 'hidden'], { token: '', user: '' });
  return { begin, later: node.inputs.splice(0) };
}

describe('several resolvers', () => {
  it('carry a user on when another one takes the node over', async () => {
    const { join, last } = fleet();
    const { begin, later } = story();
    const [one, two] = [join(), join()];
    await one.takeReports(reportsOf(begin));
    await one.takeFalco(eventsOf(begin));
    await two.takeFalco(eventsOf(later));
    for (const event of eventsOf(later)) expect(userOf(last().get(event.whoran.id))).toBe('jane');
  });

  it('hear of sessions that another one was told of', async () => {
    const { join, last, pass } = fleet();
    const { begin } = story('none');
    const [one, two] = [join(), join()];
    await two.takeFalco(eventsOf(begin));
    await one.takeReports(reportsOf(begin));
    await pass(5_000);
    const users = eventsOf(begin).map(({ whoran }) => userOf(last().get(whoran.id)));
    expect(users.at(-1)).toBe('jane');
  });

  it('lose no event that waits in one that is killed', async () => {
    const { join, last, pass } = fleet();
    const { begin } = story('none');
    const [killed, other] = [join(), join()];
    await killed.takeFalco(eventsOf(begin));
    const waiting = eventsOf(begin).filter(({ whoran }) => !last().has(whoran.id));
    expect(waiting.length).toBeGreaterThan(0);
    await killed.leave();
    await other.takeReports(reportsOf(begin));
    await pass(40_000);
    for (const event of waiting) expect(userOf(last().get(event.whoran.id))).toBe('jane');
  });

  it('lose no event that waits for the bus longer than events are kept', async () => {
    const { join, last, outbox, pass } = fleet();
    const { begin } = story('none');
    const [killed, other] = [join(), join()];
    await killed.takeFalco(eventsOf(begin));
    outbox.broken = true;
    await pass(2 * new LineageResolverConfig().revise);
    await killed.leave();
    outbox.broken = false;
    await other.takeReports(reportsOf(begin));
    await pass(40_000);
    for (const event of eventsOf(begin)) expect(last().has(event.whoran.id)).toBe(true);
  });

  it('do not believe what one says that does not know it was replaced', async () => {
    const { join, last, pass } = fleet();
    const { begin } = story('none');
    const [replaced, owner] = [join(), join()];
    await replaced.takeFalco(eventsOf(begin));
    await owner.takeReports(reportsOf(begin));
    await owner.takeFalco(eventsOf(begin));
    // The old owner's events have waited long enough now, and it would say that nobody is known.
    await pass(60_000);
    for (const event of eventsOf(begin).slice(-1)) expect(userOf(last().get(event.whoran.id))).toBe('jane');
  });

  it('take a node from each other without losing or falsifying an event', async () => {
    const { join, last, pass } = fleet();
    const node = new SimulatedNode();
    const container = node.container();
    const resolvers = [join(), join(), join()];
    for (let exec = 0; exec < 12; exec += 1) {
      const { root } = node.exec(container, { user: `user-${exec}`, command: ['bash'] });
      node.start(node.fork(root), ['cat', `file-${exec}`], { token: '', user: '' });
    }
    for (const [index, input] of node.inputs.entries()) {
      const resolver = resolvers[(index * 7) % 3];
      if (input.kind === 'report') await resolver?.takeReports([input.report]);
      else await resolver?.takeFalco([input.event]);
      // Every fifth comes a second time, elsewhere.
      if (index % 5 === 0 && input.kind === 'event') await resolvers[(index * 7 + 1) % 3]?.takeFalco([input.event]);
    }
    await pass(60_000);
    for (const input of node.inputs) {
      if (input.kind !== 'event') continue;
      const final = last().get(input.event.whoran.id);
      expect(final?.output_fields['exec.session'] ?? '').toBe(input.session);
    }
  });

  it('go on when the store has forgotten everything, and name nobody wrongly', async () => {
    const { join, last, memory, pass } = fleet();
    const { begin, later } = story();
    const [one] = [join()];
    await one.takeReports(reportsOf(begin));
    await one.takeFalco(eventsOf(begin));
    memory.flush();
    await one.takeFalco(eventsOf(later));
    for (const event of eventsOf(later)) expect(userOf(last().get(event.whoran.id))).toBe('jane');
    memory.flush();
    const two = join();
    const next = story();
    await two.takeReports(reportsOf(next.begin));
    await two.takeFalco([...eventsOf(next.begin), ...eventsOf(next.later)]);
    await pass(10_000);
    for (const event of eventsOf(next.later)) expect(userOf(last().get(event.whoran.id))).toBe('jane');
  });

  it('save open events again when the store has forgotten them', async () => {
    const { join, last, memory, pass } = fleet();
    const { begin } = story('none');
    const [one, two] = [join(), join()];
    await one.takeFalco(eventsOf(begin));
    memory.flush();
    // Something happens on the node, so that its owner learns that the store is empty.
    await one.takeFalco(eventsOf(story('none').begin));
    await pass(6_000);
    await one.leave();
    await two.takeReports(reportsOf(begin));
    await pass(40_000);
    for (const event of eventsOf(begin).slice(-1)) expect(userOf(last().get(event.whoran.id))).toBe('jane');
  });

  it('emit again what could not be published', async () => {
    const { join, last, outbox } = fleet();
    const { begin } = story();
    const [one] = [join()];
    await one.takeReports(reportsOf(begin));
    outbox.broken = true;
    await expect(one.takeFalco(eventsOf(begin))).rejects.toBeInstanceOf(DependencyUnavailable);
    outbox.broken = false;
    await one.takeFalco(eventsOf(begin));
    for (const event of eventsOf(begin)) expect(last().has(event.whoran.id)).toBe(true);
  });
});
