import { expect, it } from '@jest/globals';
import { type FalcoEvent, parseJson } from '@whoran/contracts';
import { NodeClock } from './node-clock.ts';
import { interactive } from './scripts.ts';
import { SimNode } from './sim-node.ts';
import { TruthBook } from './truth-book.ts';

function aNode(skew = 0) {
  const truth = new TruthBook(1);
  const events: FalcoEvent[] = [];
  const send = (line: string) => {
    const json = parseJson(line);
    if (!json.ok) throw new Error(`${json.error}: ${line}`);
    events.push(json.value as FalcoEvent);
  };
  const node = new SimNode({ name: 'node-a', clock: new NodeClock(() => 1_767_261_600_000, skew), truth, send });
  return { node, truth, events };
}

it('writes what Falco writes, with times in nanoseconds that only grow', () => {
  const { node, events } = aNode();
  const container = node.container('api-0');
  node.start(node.fork(container.main), ['/usr/bin/id', '-u', `"quoted" $x`]);
  expect(
    events.map(({ output_fields: fields }) => [fields['evt.type'], fields['evt.rawres'], fields['proc.vpid'], fields['proc.pvpid']]),
  ).toEqual([
    ['execve', undefined, 1, 1001],
    ['clone', 2, 1, 1001],
    ['clone', 0, 2, 1],
    ['execve', undefined, 2, 1],
  ]);
  expect(events.at(-1)).toMatchObject({ hostname: 'node-a', output_fields: { 'proc.name': 'id', 'proc.cmdline': 'id -u "quoted" $x' } });
  const times = events.map(({ output_fields: fields }) => fields['evt.rawtime'] as bigint);
  expect(times).toEqual([...times].sort((a, b) => (a < b ? -1 : 1)));
  expect(new Set(times).size).toBe(times.length);
  expect(events[0]?.time).toMatch(/^2026-01-01T10:00:00\.\d{9}Z$/);
});

it('knows whose each event is, also of a daemon that has lost its parent and its environment', () => {
  const { node, truth, events } = aNode();
  const container = node.container('api-0');
  const session = truth.open(['s1'], 'jane');
  const root = node.enter(container, session);
  let ended = false;
  const argv = ['/usr/bin/env', 'SEC_SESSION=T', 'SEC_USER_ID=jane', 'bash'];
  const entry = { node, container, root, argv, token: 'T', user: 'jane', command: ['bash'], ended: () => (ended = true) };
  for (const wait of interactive(entry, 5)) expect(wait).toBeGreaterThan(0);
  expect(ended).toBe(true);
  expect(truth.events.slice(1).every((event) => event.session === session)).toBe(true);
  const rootStart = events[1]?.output_fields;
  expect(rootStart?.['proc.pvpid']).toBe(rootStart?.['proc.ppid']);
  const last = events.at(-1)?.output_fields;
  expect([last?.['proc.env[SEC_SESSION]'], last?.['proc.aenv[SEC_SESSION]']]).toEqual(['', '']);
  expect(truth.events.filter(({ kind }) => kind === 'alert')).toHaveLength(1);
});

it.each([120_000, -120_000])('shifts every time of a node by %d ms', (skew) => {
  const [right, shifted] = [aNode(), aNode(skew)];
  for (const { node } of [right, shifted]) node.container('api-0');
  const timeOf = ({ events }: ReturnType<typeof aNode>) => events[0]?.output_fields['evt.rawtime'] as bigint;
  expect(timeOf(shifted) - timeOf(right)).toBe(BigInt(skew) * 1_000_000n);
});
