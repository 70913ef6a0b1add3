import { describe, expect, it } from '@jest/globals';
import type { FalcoEvent } from '@whoran/contracts';
import { ClusterLineage, MemoryLineageStore, Rebuilder, SharedMemory, describe as answer, observer } from '@whoran/lineage';
import { type SimInput, SimulatedNode, simulatedVerifier } from '@whoran/testing';

const NOW = Date.parse('2026-01-01T12:00:00Z');
const HOUR = 3_600_000;
const observe = observer('SEC_');

const eventsOf = (inputs: readonly SimInput[], receivedAt: number): FalcoEvent[] =>
  inputs.flatMap((input) =>
    input.kind === 'event' ? [{ ...input.event, whoran: { ...input.event.whoran, receivedAt: new Date(receivedAt).toISOString() } }] : [],
  );
const reportsOf = (inputs: readonly SimInput[]) => inputs.flatMap((input) => (input.kind === 'report' ? [input.report] : []));

function setUp() {
  const memory = new SharedMemory(() => NOW);
  const store = new MemoryLineageStore(memory);
  const rebuilder = new Rebuilder({ store, now: NOW, prefix: 'SEC_', sessionTtl: 24 * HOUR, processTtl: HOUR });
  return { memory, store, rebuilder };
}

/** What a resolver that takes the node now says of the process of an event. */
async function sayOf(store: MemoryLineageStore, event: FalcoEvent | undefined) {
  if (!event) throw new Error('no event');
  const lineage = new ClusterLineage('sim', simulatedVerifier, { isProbe: () => false });
  for (const fact of await store.openCluster('sim')) if (fact.kind === 'report') lineage.takeReport(fact.report, NOW);
  const [known] = await store.take('sim', [event.whoran.node]);
  for (const { facts } of known?.facts ?? []) for (const { seen, arrived } of facts) lineage.recall(event.whoran.node, seen, arrived);
  const seen = observe(event);
  if (typeof seen === 'string') throw new Error(seen);
  const process = lineage.takeObservation(event.whoran.node, seen, NOW);
  lineage.settle();
  return answer(lineage, process).session?.user.username;
}

function story() {
  const node = new SimulatedNode();
  const container = node.container();
  const { root } = node.exec(container, { user: 'jane', command: ['bash'] });
  const inputs = node.inputs.splice(0);
  node.start(node.fork(root), ['bash', '-c', 'hidden'], { token: '', user: '' });
  return { inputs, later: node.inputs.splice(0) };
}

describe('making facts again', () => {
  it('lets resolvers name users as if nothing had been lost', async () => {
    const { store, rebuilder, memory } = setUp();
    const { inputs, later } = story();
    rebuilder.takeReports(reportsOf(inputs));
    rebuilder.takeFalco(eventsOf(inputs, NOW - 2 * HOUR));
    const counts = await rebuilder.save();
    expect(counts).toMatchObject({ nodes: 1, reports: reportsOf(inputs).length });
    expect(counts.facts).toBeGreaterThan(0);
    expect(await sayOf(store, eventsOf(later, NOW).at(-1))).toBe('jane');
    expect(memory.nodes.size).toBe(1);
  });

  it('keeps what belongs to a session for long, and strangers for as long as a resolver does', async () => {
    const { rebuilder, memory } = setUp();
    const node = new SimulatedNode();
    const container = node.container();
    node.start(node.fork(container.main), ['sleep', '5']);
    const strangers = node.inputs.splice(0);
    const { inputs } = story();
    rebuilder.takeReports(reportsOf(inputs));
    rebuilder.takeFalco(eventsOf([...strangers], NOW - 2 * HOUR));
    rebuilder.takeFalco(eventsOf(inputs, NOW - 25 * HOUR));
    expect(await rebuilder.save()).toMatchObject({ processes: 0, facts: 0 });
    expect(memory.nodes.size).toBe(0);
  });

  it('changes nothing when it is done twice', async () => {
    const { store, rebuilder } = setUp();
    const { inputs, later } = story();
    for (let round = 0; round < 2; round += 1) {
      rebuilder.takeReports(reportsOf(inputs));
      rebuilder.takeFalco(eventsOf(inputs, NOW));
      await rebuilder.save();
    }
    expect(await sayOf(store, eventsOf(later, NOW).at(-1))).toBe('jane');
  });

  it('makes running owners take their nodes again', async () => {
    const { store, rebuilder, memory } = setUp();
    const owner = new MemoryLineageStore(memory);
    const { inputs } = story();
    const [event] = eventsOf(inputs, NOW);
    const name = event?.whoran.node ?? '';
    await owner.take('sim', [name]);
    rebuilder.takeFalco(eventsOf(inputs, NOW));
    await rebuilder.save();
    const { refreshed, lost } = await owner.commit('sim', [{ node: name, since: undefined, facts: [], opened: [], closed: [] }]);
    expect([refreshed, lost]).toEqual([[name], []]);
    await store.close();
  });
});
