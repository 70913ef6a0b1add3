import { describe, expect, it } from '@jest/globals';
import { type ExecSession, type FalcoEvent } from '@whoran/contracts';
import {
  ClusterLineage,
  type LineageStore,
  type NodeNews,
  type Observation,
  type SharedFact,
  describe as answer,
  observer,
} from '@whoran/lineage';
import { eventually } from './eventually.ts';
import { type SimInput, SimulatedNode, simulatedVerifier } from './simulated-node.ts';

/** What several resolvers share, in which nothing was ever kept. */
export interface LineageStoreUnderTest {
  /** A store as one more resolver opens it. */
  open(): Promise<LineageStore>;
  /** Everything that is kept is gone. */
  flush(): Promise<void>;
  /** So much time passes that whoever does not tend its nodes counts as gone. */
  outlive(): Promise<void>;
  close(): Promise<void>;
}

/** The contract of the port LineageStore. */
export function describeLineageStore(name: string, open: () => Promise<LineageStoreUnderTest>): void {
  describe(`the contract of a lineage store: ${name}`, () => {
    const within = async (play: (test: LineageStoreUnderTest) => Promise<void>) => {
      const test = await open();
      await play(test).finally(() => test.close());
    };
    it('knows nothing at first', () => within(beginsEmpty));
    it('gives back every fact as it was', () => within(keepsFacts));
    it('lets the next owner name the user of a later child', () => within(remembersParents));
    it('takes facts in again without another answer', () => within(staysTheSame));
    it('has one owner of a node, the last that took it', () => within(hasOneOwner));
    it('counts epochs up, also when everything is gone in between', () => within(countsEpochs));
    it('adds facts whoever the owner is, and lets the owner know', () => within(addsFacts));
    it('keeps open events until they are closed', () => within(keepsOpenEvents));
    it('answers the nodes with open events that nobody tends any more', () => within(findsOrphans));
    it('shares what concerns a cluster, with those who come later and those who listen', () => within(shares));
    it('keeps the last of what is shared about a pod’s probes', () => within(keepsLastProbes));
    it('keeps clusters and nodes apart, whatever they are called', () => within(keepsApart));
    it('goes on for the owner after everything is gone', () => within(survivesFlush));
  });
}

const observe = observer('SEC_');
const NOW = 1_767_261_600_000;
const DAY = 86_400_000;
const SAVED = { lost: [], emptied: [], refreshed: [] };
const quiet: Omit<NodeNews, 'node'> = { since: undefined, facts: [], opened: [], closed: [] };
const newLineage = (cluster = 'sim') => new ClusterLineage(cluster, simulatedVerifier, { isProbe: () => false });

function observed(event: FalcoEvent): Observation {
  const seen = observe(event);
  if (typeof seen === 'string') throw new Error(`the simulated event is ${seen}`);
  return seen;
}

/** The events of some inputs as one group of facts. */
function newsOf(node: string, inputs: readonly SimInput[], different: Partial<NodeNews> = {}): NodeNews {
  const facts = inputs.flatMap((input) => (input.kind === 'event' ? [{ seen: observed(input.event), arrived: NOW }] : []));
  return { ...quiet, node, facts: [{ name: 'a group', facts, keep: DAY }], ...different };
}

const reportsOf = (inputs: readonly SimInput[]) =>
  inputs.flatMap((input): SharedFact[] => (input.kind === 'report' ? [{ kind: 'report', report: input.report }] : []));

/** Takes a node from a store and makes its lineage. */
async function lineageFrom(store: LineageStore, node: string, cluster = 'sim'): Promise<ClusterLineage> {
  const lineage = newLineage(cluster);
  for (const fact of await store.openCluster(cluster)) if (fact.kind === 'report') lineage.takeReport(fact.report, NOW);
  const [known] = await store.take(cluster, [node]);
  lineage.openNode(node, known?.since);
  for (const { facts } of known?.facts ?? []) for (const { seen, arrived } of facts) lineage.recall(node, seen, arrived);
  lineage.settle();
  return lineage;
}

/** Who the process of the last event belongs to. */
function whoRan(lineage: ClusterLineage, inputs: readonly SimInput[]) {
  let process;
  for (const input of inputs)
    if (input.kind === 'event') process = lineage.takeObservation(input.event.whoran.node, observed(input.event), NOW);
  if (!process) throw new Error('no event');
  lineage.settle();
  const { evidence, session } = answer(lineage, process);
  return [evidence, session?.user.username, session?.id];
}

function story() {
  const node = new SimulatedNode();
  const { root, session } = node.exec(node.container(), { user: 'jane', command: ['bash'] });
  const inputs = node.inputs.splice(0);
  // A fork with a clean environment: only its parent tells whose it is.
  node.start(node.fork(root), ['bash', '-c', 'hidden'], { token: '', user: '' });
  return { inputs, later: node.inputs.splice(0), session, name: eventsOf(inputs)[0]?.whoran.node ?? '' };
}

const eventsOf = (inputs: readonly SimInput[]) => inputs.flatMap((input) => (input.kind === 'event' ? [input.event] : []));

async function beginsEmpty({ open }: LineageStoreUnderTest): Promise<void> {
  const store = await open();
  expect(store.durable).toBe(true);
  expect(await store.openCluster('sim')).toEqual([]);
  const [one, two] = await store.take('sim', ['one', 'two']);
  expect([one?.facts, one?.open, one?.since, two?.facts]).toEqual([[], [], undefined, []]);
  expect(one?.epoch).toBeGreaterThan(0);
}

async function keepsFacts({ open }: LineageStoreUnderTest): Promise<void> {
  const [store, next] = [await open(), await open()];
  const { inputs, name } = story();
  await store.take('sim', [name]);
  const news = newsOf(name, inputs, { since: 1_767_261_600_123_456_789n });
  await store.commit('sim', [news, newsOf('other', [])]);
  // A later time is no news: the earliest counts.
  await store.commit('sim', [{ ...newsOf(name, []), since: 1_767_261_600_999_999_999n }]);
  const [known] = await next.take('sim', [name]);
  expect(known?.since).toBe(1_767_261_600_123_456_789n);
  expect(known?.facts.flatMap(({ facts }) => facts)).toEqual(news.facts[0]?.facts);
}

async function remembersParents({ open }: LineageStoreUnderTest): Promise<void> {
  const store = await open();
  const { inputs, later, session, name } = story();
  await lineageFrom(store, name);
  await store.share('sim', reportsOf(inputs));
  await store.commit('sim', [newsOf(name, inputs)]);
  const lineage = await lineageFrom(await open(), name);
  expect(whoRan(lineage, later)).toEqual(['lineage', 'jane', session.id]);
}

async function staysTheSame({ open }: LineageStoreUnderTest): Promise<void> {
  const store = await open();
  const { inputs, later, session, name } = story();
  await lineageFrom(store, name);
  for (const again of [inputs, inputs, inputs.toReversed()]) {
    await store.share('sim', reportsOf(again));
    await store.commit('sim', [newsOf(name, again)]);
  }
  const lineage = await lineageFrom(await open(), name);
  const { size } = lineage;
  for (const { whoran, ...event } of eventsOf(inputs)) lineage.takeObservation(name, observed({ ...event, whoran }), NOW);
  expect(lineage.size).toBe(size);
  expect(whoRan(lineage, later)).toEqual(['lineage', 'jane', session.id]);
}

async function hasOneOwner({ open }: LineageStoreUnderTest): Promise<void> {
  const [one, two] = [await open(), await open()];
  const { inputs, name } = story();
  await one.take('sim', [name, 'kept']);
  expect(await one.commit('sim', [newsOf(name, [])])).toEqual(SAVED);
  await two.take('sim', [name]);
  const [event] = eventsOf(inputs);
  const open1 = event ? [{ event, arrived: NOW }] : [];
  expect(await one.commit('sim', [newsOf('kept', []), newsOf(name, inputs, { opened: open1 })])).toEqual({ ...SAVED, lost: [name] });
  expect(await two.commit('sim', [newsOf(name, [])])).toEqual(SAVED);
  const [known] = await one.take('sim', [name]);
  expect([known?.facts.flatMap(({ facts }) => facts), known?.open]).toEqual([[], []]);
  expect(await two.commit('sim', [newsOf(name, inputs)])).toEqual({ ...SAVED, lost: [name] });
}

async function addsFacts({ open }: LineageStoreUnderTest): Promise<void> {
  const [owner, other] = [await open(), await open()];
  const { inputs, later, name } = story();
  await owner.take('sim', [name]);
  await owner.commit('sim', [newsOf(name, later)]);
  const added = newsOf(name, inputs, { since: 5n });
  await other.add('sim', [added, newsOf('unowned', inputs)]);
  expect(await owner.commit('sim', [newsOf(name, [])])).toEqual({ ...SAVED, refreshed: [name] });
  const [known] = await owner.take('sim', [name]);
  expect(known?.since).toBe(5n);
  expect(known?.facts.flatMap(({ facts }) => facts)).toEqual(expect.arrayContaining([...(added.facts[0]?.facts ?? [])]));
  expect(await owner.commit('sim', [newsOf(name, [])])).toEqual(SAVED);
  const [unowned] = await owner.take('sim', ['unowned']);
  expect(unowned?.facts.flatMap(({ facts }) => facts)).toHaveLength(eventsOf(inputs).length);
}

async function countsEpochs({ open, flush }: LineageStoreUnderTest): Promise<void> {
  const store = await open();
  const epochs: number[] = [];
  for (let round = 0; round < 4; round += 1) {
    if (round === 2) {
      await flush();
      // Without memory of its own, time alone can tell.
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const [known] = await store.take('sim', ['node']);
    epochs.push(known?.epoch ?? 0);
  }
  expect(epochs.every((epoch, index) => index === 0 || epoch > (epochs[index - 1] ?? 0))).toBe(true);
  expect(epochs.every((epoch) => epoch < 2 ** 36)).toBe(true);
}

async function keepsOpenEvents({ open }: LineageStoreUnderTest): Promise<void> {
  const [store, next] = [await open(), await open()];
  const { inputs, name } = story();
  const events = eventsOf(inputs).slice(0, 3);
  await store.take('sim', [name]);
  await store.commit('sim', [newsOf(name, [], { opened: events.map((event) => ({ event, arrived: NOW })) })]);
  const closed = events.slice(0, 1).map(({ whoran }) => whoran.id);
  await store.commit('sim', [newsOf(name, [], { closed })]);
  const [known] = await next.take('sim', [name]);
  const byId = (list: readonly FalcoEvent[]) => list.toSorted((a, b) => (a.whoran.id < b.whoran.id ? -1 : 1));
  expect(byId((known?.open ?? []).map(({ event }) => event))).toEqual(byId(events.slice(1)));
  expect(known?.open[0]?.arrived).toBe(NOW);
}

async function findsOrphans({ open, outlive }: LineageStoreUnderTest): Promise<void> {
  const [gone, here] = [await open(), await open()];
  const [event] = eventsOf(story().inputs);
  if (!event) throw new Error('no event');
  const opened = [{ event, arrived: NOW }];
  await gone.take('sim', ['left', 'quiet']);
  await gone.commit('sim', [newsOf('left', [], { opened }), newsOf('quiet', [])]);
  await here.take('sim', ['mine']);
  await here.commit('sim', [newsOf('mine', [], { opened })]);
  expect(await here.tend([{ cluster: 'sim', node: 'mine' }])).toEqual([]);
  await outlive();
  expect(await here.tend([{ cluster: 'sim', node: 'mine' }])).toEqual([{ cluster: 'sim', node: 'left' }]);
  const [known] = await here.take('sim', ['left']);
  expect(known?.open.map(({ event: kept }) => kept)).toEqual([event]);
  await here.commit('sim', [newsOf('left', [], { closed: [event.whoran.id] })]);
  await here.tend([{ cluster: 'sim', node: 'mine' }]);
  await outlive();
  expect(await here.tend([{ cluster: 'sim', node: 'mine' }])).toEqual([]);
}

async function shares({ open }: LineageStoreUnderTest): Promise<void> {
  const [one, two] = [await open(), await open()];
  const heard: [string, SharedFact][] = [];
  two.listen((cluster, facts) => heard.push(...facts.map((fact): [string, SharedFact] => [cluster, fact])));
  await two.openCluster('sim');
  await two.openCluster('other');
  const [report] = reportsOf(story().inputs) as [SharedFact & { report: ExecSession }];
  const image: SharedFact = { kind: 'image', imageId: 'i', pod: 'ns/pod', worked: false };
  await one.share('sim', [report, image]);
  await eventually(() =>
    expect(heard).toEqual(
      expect.arrayContaining([
        ['sim', report],
        ['sim', image],
      ]),
    ),
  );
  expect(heard.every(([cluster]) => cluster === 'sim')).toBe(true);
  expect(await (await open()).openCluster('sim')).toEqual(expect.arrayContaining([report, image]));
  expect(await one.openCluster('other')).toEqual([]);
}

async function keepsLastProbes({ open }: LineageStoreUnderTest): Promise<void> {
  const store = await open();
  const probes = (pod: string, ...command: readonly string[]): SharedFact => ({
    kind: 'probes',
    namespace: 'ns',
    pod,
    probes: command.length === 0 ? {} : { main: [command] },
  });
  await store.share('sim', [probes('a', 'first'), probes('b', 'stays'), probes('gone', 'x')]);
  await store.share('sim', [probes('a', 'second'), probes('gone')]);
  const known = new Map<string, unknown>();
  for (const fact of await (await open()).openCluster('sim')) if (fact.kind === 'probes') known.set(fact.pod, fact.probes);
  expect(known.get('a')).toEqual({ main: [['second']] });
  expect(known.get('b')).toEqual({ main: [['stays']] });
  expect(known.get('gone') ?? {}).toEqual({});
}

async function keepsApart({ open }: LineageStoreUnderTest): Promise<void> {
  const [store, next] = [await open(), await open()];
  const { inputs } = story();
  const names = ['a', 'a/b', '{a}', '*', 'a:facts', '\u0000', '__proto__', 'ü😀', 'a'.repeat(253)];
  for (const cluster of ['sim', 'sim/a', '{sim}']) {
    for (const node of names) {
      await store.take(cluster, [node]);
      await store.commit(cluster, [newsOf(node, inputs, { facts: [{ name: `${cluster}|${node}`, facts: [], keep: DAY }] })]);
      await store.commit(cluster, [
        {
          ...newsOf(node, inputs.slice(0, 3)),
          facts: newsOf(node, inputs).facts.map((group) => ({ ...group, name: `${cluster}|${node}` })),
        },
      ]);
    }
  }
  for (const cluster of ['sim', 'sim/a', '{sim}']) {
    const known = await next.take(cluster, names);
    expect(known.map(({ facts }) => facts.map(({ name }) => name))).toEqual(names.map((node) => [`${cluster}|${node}`]));
  }
}

async function survivesFlush({ open, flush }: LineageStoreUnderTest): Promise<void> {
  const store = await open();
  const { inputs, later, name, session } = story();
  const lineage = await lineageFrom(store, name);
  await store.commit('sim', [newsOf(name, inputs)]);
  for (const fact of reportsOf(inputs)) if (fact.kind === 'report') lineage.takeReport(fact.report, NOW);
  expect(whoRan(lineage, inputs)[1]).toBe('jane');
  await flush();
  expect(await store.commit('sim', [newsOf(name, later)])).toEqual({ ...SAVED, emptied: [name] });
  expect(await store.commit('sim', [newsOf(name, later)])).toEqual(SAVED);
  expect(whoRan(lineage, later)).toEqual(['lineage', 'jane', session.id]);
  await store.share('sim', reportsOf(inputs));
  // The next owner knows less, and names nobody wrongly.
  expect(whoRan(await lineageFrom(await open(), name), later)[1] ?? 'jane').toBe('jane');
}
