import { describe, expect, it } from '@jest/globals';
import { type ExecSession } from '@whoran/contracts';
import { ClusterLineage, type LineageStore, type NewFacts, describe as answer, observer } from '@whoran/lineage';
import { type SimInput, type SimProcess, SimulatedNode, simulatedVerifier } from './simulated-node.ts';

/** A store under test, in which nothing was ever kept. */
export interface LineageStoreUnderTest {
  readonly store: LineageStore;
  /** A store as the next resolver opens it, after this one ended without a word. */
  reopen(): Promise<LineageStore>;
  close(): Promise<void>;
}

/** The contract of the port LineageStore: what was committed is known to whoever opens the cluster next. */
export function describeLineageStore(name: string, open: () => Promise<LineageStoreUnderTest>): void {
  describe(`the contract of a lineage store: ${name}`, () => {
    const within = async (play: (test: LineageStoreUnderTest) => Promise<void>) => {
      const test = await open();
      await play(test).finally(() => test.close());
    };
    it('opens a cluster that nothing is known of as it is made', () => within(opensEmpty));
    it('lets the next resolver name the user of a later child', () => within(remembersParents));
    it('lets the next resolver name the user of a process whose session was only announced', () => within(remembersSessions));
    it('is not changed by the same facts again', () => within(staysTheSame));
    it('keeps clusters apart', () => within(keepsApart));
  });
}

const observe = observer('SEC_');
/** When everything arrives, by the resolver's clock: nothing is forgotten here, so time does not pass. */
const NOW = 1_767_261_600_000;
const emptyCluster = (cluster: string) => () => new ClusterLineage(cluster, simulatedVerifier, { isProbe: () => false });
const openSim = (store: LineageStore) => store.open('sim', emptyCluster('sim'));

/** Takes inputs in and commits them, as a resolver does with a batch. */
async function takeIn(store: LineageStore, lineage: ClusterLineage, inputs: readonly SimInput[]): Promise<void> {
  const reports: ExecSession[] = [];
  const observations: NewFacts['observations'][number][] = [];
  for (const input of inputs) {
    if (input.kind === 'report') reports.push(input.report);
    else observations.push({ node: input.event.whoran.node, seen: observed(input) });
  }
  for (const report of reports) lineage.takeReport(report, NOW);
  for (const { node, seen } of observations) lineage.takeObservation(node, seen, NOW);
  lineage.settle();
  await store.commit(lineage.cluster, { reports, observations });
}

function observed(input: SimInput & { kind: 'event' }) {
  const seen = observe(input.event);
  if (typeof seen === 'string') throw new Error(`the simulated event is ${seen}`);
  return seen;
}

/** Who the process of the last event belongs to. Taking an event in twice changes nothing. */
function whoRan(lineage: ClusterLineage, inputs: readonly SimInput[]) {
  const last = inputs.findLast((input) => input.kind === 'event');
  if (last?.kind !== 'event') throw new Error('no event');
  const process = lineage.takeObservation(last.event.whoran.node, observed(last), NOW);
  lineage.settle();
  const { evidence, session } = answer(lineage, process);
  return [evidence, session?.user.username, session?.id];
}

/** A fork with a clean environment: only its parent tells whose it is. */
function hide(node: SimulatedNode, parent: SimProcess): readonly SimInput[] {
  node.inputs.splice(0);
  node.start(node.fork(parent), ['bash', '-c', 'hidden'], { token: '', user: '' });
  return node.inputs.splice(0);
}

async function opensEmpty({ store }: LineageStoreUnderTest): Promise<void> {
  const lineage = await openSim(store);
  expect([lineage.cluster, lineage.size]).toEqual(['sim', 0]);
}

async function remembersParents({ store, reopen }: LineageStoreUnderTest): Promise<void> {
  const node = new SimulatedNode();
  const { root, session } = node.exec(node.container(), { user: 'jane', command: ['bash'] });
  await takeIn(store, await openSim(store), node.inputs.splice(0));
  const next = await reopen();
  const lineage = await openSim(next);
  const later = hide(node, root);
  await takeIn(next, lineage, later);
  expect(whoRan(lineage, later)).toEqual(['lineage', 'jane', session.id]);
}

async function remembersSessions({ store, reopen }: LineageStoreUnderTest): Promise<void> {
  const node = new SimulatedNode();
  const container = node.container();
  await takeIn(store, await openSim(store), node.inputs.splice(0));
  const { session } = node.exec(container, { user: 'jane', command: ['id'], strategy: 'none' });
  const inputs = node.inputs.splice(0);
  await takeIn(
    store,
    await openSim(store),
    inputs.filter(({ kind }) => kind === 'report'),
  );
  const next = await reopen();
  const lineage = await openSim(next);
  const events = inputs.filter(({ kind }) => kind === 'event');
  await takeIn(next, lineage, events);
  expect(whoRan(lineage, events)).toEqual(['audit', 'jane', session.id]);
}

async function staysTheSame({ store, reopen }: LineageStoreUnderTest): Promise<void> {
  const node = new SimulatedNode();
  const { root, session } = node.exec(node.container(), { user: 'jane', command: ['bash'], lasts: 20 });
  const inputs = node.inputs.splice(0);
  const lineage = await openSim(store);
  await takeIn(store, lineage, inputs);
  const { size } = lineage;
  await takeIn(store, lineage, inputs);
  await takeIn(store, lineage, inputs.toReversed());
  const next = await reopen();
  const again = await openSim(next);
  expect(again.size).toBe(size);
  const later = hide(node, root);
  await takeIn(next, again, later);
  expect(whoRan(again, later)).toEqual(['lineage', 'jane', session.id]);
}

async function keepsApart({ store, reopen }: LineageStoreUnderTest): Promise<void> {
  const node = new SimulatedNode();
  const { root } = node.exec(node.container(), { user: 'jane', command: ['bash'] });
  await takeIn(store, await openSim(store), node.inputs.splice(0));
  const next = await reopen();
  const other = await next.open('other', emptyCluster('other'));
  expect([other.cluster, other.size]).toEqual(['other', 0]);
  const later = hide(node, root);
  await takeIn(next, other, later);
  expect(whoRan(other, later)[1]).toBeUndefined();
  expect(whoRan(await openSim(next), later)[1]).toBe('jane');
}
