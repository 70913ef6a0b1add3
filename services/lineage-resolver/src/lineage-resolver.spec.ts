import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type AttributedEvent, topics } from '@whoran/contracts';
import { VirtualClock } from '@whoran/kernel';
import { lineageResolver } from '@whoran/lineage-resolver';
import { type ServiceInSpec, type SimInput, SimulatedNode, simulatedPublicKey, startForSpec } from '@whoran/testing';

const START = Date.parse('2026-01-01T10:00:00Z');
let running: ServiceInSpec | undefined;
afterEach(async () => {
  await running?.service.stop();
});

/** A resolver that knows the simulated webhook's key, on a clock that a spec moves. */
async function start(different: Partial<InstanceType<typeof lineageResolver.config>> = {}) {
  const keysDir = mkdtempSync(join(tmpdir(), 'resolver-keys-'));
  writeFileSync(join(keysDir, 'sim.pub.pem'), simulatedPublicKey);
  const clock = new VirtualClock(START);
  const spec = await startForSpec(lineageResolver, { port: 0, keysDir, ...different }, { clock });
  running = spec;
  const emitted = await spec.collect(topics.attributedEvents);
  const learned = await spec.collect(topics.imageStrategies);
  const feed = async (inputs: readonly SimInput[]) => {
    for (const input of inputs) {
      if (input.kind === 'report') await spec.bus.publish(topics.execSessions, [input.report]);
      else await spec.bus.publish(topics.falcoEvents, [input.event]);
      await spec.bus.idle();
    }
  };
  const metric = async (name: string) =>
    Number(new RegExp(`^${name}\\S* (\\d+)`, 'm').exec(await (await fetch(`${spec.service.url}/metrics`)).text())?.[1]);
  const pass = async (milliseconds: number) => {
    const until = clock.now() + milliseconds;
    for (let next = clock.nextTimer(until); next !== undefined; next = clock.nextTimer(until)) {
      clock.advanceTo(next);
      await new Promise((resolve) => setImmediate(resolve));
      await spec.bus.idle();
    }
    clock.advanceTo(until);
  };
  return { ...spec, clock, emitted, learned, feed, pass, metric };
}

const brief = (event: AttributedEvent | undefined) => [
  event?.rule,
  event?.whoran.revision,
  event?.whoran.attribution.evidence,
  event?.output_fields['k8s.user.name'],
];
const lastOf = (events: readonly AttributedEvent[]) => [...new Map(events.map((event) => [event.whoran.id, event])).values()];

describe('the lineage resolver', () => {
  it('adds the user to the event, which stays a Falco event', async () => {
    const { emitted, feed } = await start();
    const node = new SimulatedNode();
    node.exec(node.container(), { user: 'jane@example.com', command: ['cat', '/etc/shadow'], lasts: 20 });
    await feed(node.inputs);
    const last = lastOf(emitted).at(-1);
    expect(last).toMatchObject({ rule: 'Container process started', priority: 'Debug', hostname: 'node-a' });
    expect(last?.output_fields).toMatchObject({
      'proc.cmdline': 'cat /etc/shadow',
      'proc.pid.ts': expect.any(BigInt),
      'k8s.user.name': 'jane@example.com',
      'k8s.user.groups': ['sre'],
      'exec.kind': 'exec',
      'exec.command': 'cat /etc/shadow',
      'exec.evidence': 'root',
      'exec.audit_id': expect.stringContaining('audit-'),
      'exec.started': expect.stringContaining('2026'),
    });
  });

  it('emits at once what is certain, waits for what usually comes late, and revises', async () => {
    const { emitted, feed, pass } = await start({ wait: 3000 });
    const node = new SimulatedNode();
    const container = node.container();
    await feed(node.inputs.splice(0));
    expect(emitted.map(brief)).toEqual([['Container process started', 0, 'none', undefined]]);

    node.exec(container, { user: 'jane', command: ['id'], strategy: 'none' });
    const inputs = node.inputs.splice(0);
    await feed(inputs.filter(({ kind }) => kind === 'event'));
    expect(emitted).toHaveLength(1);
    await pass(3000);
    expect(brief(emitted[1])).toEqual(['Container process started', 0, 'none', undefined]);
    await feed(inputs.filter(({ kind }) => kind === 'report'));
    expect(brief(emitted[2])).toEqual(['Container process started', 1, 'audit', 'jane']);
    expect(emitted[2]?.whoran.id).toBe(emitted[1]?.whoran.id);
  });

  it('changes nothing when everything comes twice', async () => {
    const { emitted, feed, pass } = await start();
    const node = new SimulatedNode();
    node.exec(node.container(), { user: 'jane', command: ['id'], lasts: 20 });
    await feed(node.inputs);
    await pass(5000);
    const before = emitted.length;
    await feed(node.inputs);
    await pass(5000);
    expect(emitted).toHaveLength(before);
  });

  it('passes on what is no process in a container, and removes fields that pretend to be ours', async () => {
    const { emitted, bus } = await start();
    const [event] = simulatedEvents();
    if (!event) throw new Error('no event');
    const foreign = {
      ...event,
      source: 'aws_cloudtrail',
      output_fields: { 'ct.name': 'x', 'k8s.user.name': 'eve', 'exec.session': 'eve' },
    };
    const host = { ...event, whoran: { ...event.whoran, id: 'host' }, output_fields: { ...event.output_fields, 'container.id': 'host' } };
    await bus.publish(topics.falcoEvents, [foreign, host]);
    await bus.idle();
    expect(emitted.map(({ whoran }) => whoran.attribution.reason)).toEqual(['not-a-process', 'not-a-container']);
    expect(emitted[0]?.output_fields).toEqual({ 'ct.name': 'x', 'exec.evidence': 'none', 'exec.reason': 'not-a-process' });
  });

  it('alerts on a replayed token, names who used it, and says whose it is', async () => {
    const { emitted, feed, pass } = await start();
    const node = new SimulatedNode();
    const container = node.container();
    const jane = node.exec(container, { user: 'jane', command: ['id'], lasts: 10 });
    const { root } = node.exec(container, { user: 'mallory', command: ['bash'] });
    const child = node.fork(root);
    node.start(child, ['cat', '/etc/shadow'], { token: jane.token, user: 'jane' });
    await feed(node.inputs);
    await pass(10_000);
    const alerts = lastOf(emitted).filter(({ source }) => source === 'whoran');
    expect(alerts.map(brief)).toEqual([['Replayed session token', 0, 'lineage', 'mallory']]);
    expect(alerts[0]).toMatchObject({
      priority: 'Critical',
      tags: ['whoran', 'replayed-token'],
      output_fields: { 'exec.victim_session': jane.session.id },
    });
    expect(JSON.stringify(alerts, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value))).not.toContain(
      jane.token.slice(-40),
    );
  });

  it('alerts once on an exec that nobody explains, and takes it back when the audit log explains it', async () => {
    const { emitted, feed, pass } = await start({ unattributedAfter: 60_000 });
    const node = new SimulatedNode();
    const container = node.container();
    node.runtimeExec(container, ['crictl-thing']);
    node.exec(container, { user: 'jane', command: ['id'], strategy: 'none' });
    const inputs = node.inputs.splice(0);
    await feed(inputs.filter(({ kind }) => kind === 'event'));
    await pass(61_000);
    const alerts = () =>
      lastOf(emitted)
        .filter(({ source }) => source === 'whoran')
        .map((event) => [...brief(event), event.priority]);
    expect(alerts()).toEqual([
      ['Exec without attribution', 0, 'none', undefined, 'Notice'],
      ['Exec without attribution', 0, 'none', undefined, 'Notice'],
    ]);
    await feed(inputs.filter(({ kind }) => kind === 'report'));
    expect(alerts()).toEqual([
      ['Exec without attribution', 0, 'none', undefined, 'Notice'],
      ['Exec without attribution', 1, 'audit', 'jane', 'Debug'],
    ]);
  });

  it('learns that an image has no env after failures in several pods, and only if it may', async () => {
    for (const learnImages of [false, true]) {
      const { learned, feed, pass, service } = await start({ learnImages, learnAfter: 3 });
      const node = new SimulatedNode();
      for (const pod of ['a', 'b', 'c']) {
        const { session } = node.exec(node.container(pod), { user: 'jane', command: ['/bin/hello'], lasts: 10 });
        const inputs = node.inputs.splice(0).filter((input) => input.kind === 'report' || input.session === '');
        await feed(
          inputs.map((input) =>
            input.kind === 'report' ? { ...input, report: { ...input.report, imageId: 'hello@sha256:1', id: session.id } } : input,
          ),
        );
      }
      await pass(120_000);
      expect(learned.map(({ imageId, strategy, pods }) => [imageId, strategy, pods])).toEqual(
        learnImages ? [['hello@sha256:1', 'none', 3]] : [],
      );
      await service.stop();
    }
  });

  it('forgets what was not seen for long, and says how much it holds', async () => {
    const { feed, pass, metric } = await start({ processTtl: 60_000, sessionTtl: 60_000 });
    const node = new SimulatedNode();
    const container = node.container();
    for (let count = 0; count < 50; count += 1) node.runtimeExec(container, [`p${count}`]);
    await feed(node.inputs.splice(0));
    const held = () => metric('whoran_resolver_processes');
    expect(await held()).toBe(51);
    await pass(300_000);
    node.wait(300_000);
    node.runtimeExec(container, ['last']);
    await feed(node.inputs);
    await pass(120_000);
    expect(await held()).toBeLessThan(3);
  });

  it('keeps no more events than it may, and of a flood first those that can hardly be said better', async () => {
    const maxKeptBytes = 40_000;
    const { emitted, feed, pass, metric } = await start({ maxKeptBytes });
    const node = new SimulatedNode();
    const container = node.container();
    node.exec(container, { user: 'mallory', command: ['curl', 'evil'], strategy: 'none' });
    const inputs = node.inputs.splice(0);
    await feed(inputs.filter(({ kind }) => kind === 'event'));
    const flood = node.exec(container, { user: 'mallory', command: ['bash'] });
    for (let count = 0; count < 100; count += 1) node.start(node.fork(flood.root), ['true', String(count)], { token: flood.token });
    await feed(node.inputs);
    await pass(20_000);
    expect(await metric('whoran_resolver_let_go_events_total')).toBeGreaterThan(50);
    expect(await metric('whoran_resolver_kept_bytes')).toBeLessThanOrEqual(maxKeptBytes);
    const before = emitted.length;
    await feed(inputs.filter(({ kind }) => kind === 'report'));
    expect(emitted.slice(before).map(brief)).toEqual([['Container process started', 1, 'audit', 'mallory']]);
  });

  it('does not let go of what a quiet cluster may still hear of for another that is loud', async () => {
    const { emitted, feed, pass, metric } = await start({ maxKeptBytes: 40_000 });
    const [quiet, loud] = ['quiet', 'loud'].map((cluster) => new SimulatedNode(undefined, undefined, 'node-a', { cluster }));
    quiet?.exec(quiet.container(), { user: 'jane', command: ['id'], strategy: 'none' });
    const container = loud?.container();
    if (!quiet || !loud || !container) throw new Error('no nodes');
    for (let count = 0; count < 50; count += 1) loud.exec(container, { user: 'loud', command: ['id', String(count)], strategy: 'none' });
    const events = ({ inputs }: SimulatedNode) => inputs.filter(({ kind }) => kind === 'event');
    const reports = ({ inputs }: SimulatedNode) => inputs.filter(({ kind }) => kind === 'report');
    await feed([...events(quiet), ...events(loud)]);
    await pass(20_000);
    expect(await metric('whoran_resolver_let_go_events_total')).toBeGreaterThan(20);
    const before = emitted.length;
    await feed([...reports(quiet), ...reports(loud)]);
    const revised = emitted.slice(before).map((event) => event.output_fields['k8s.user.name']);
    expect(revised[0]).toBe('jane');
    expect(revised.length).toBeLessThan(30);
  });
});

function simulatedEvents() {
  const node = new SimulatedNode();
  node.container();
  return node.inputs.flatMap((input) => (input.kind === 'event' ? [input.event] : []));
}
