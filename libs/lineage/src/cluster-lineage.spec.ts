import { KeptEvent } from './kept-event.ts';
import { describe, expect, it } from '@jest/globals';
import type { Attribution } from '@whoran/contracts';
import { ClusterLineage, type ProcessRecord, describe as answer, findMisuse, observer, retain } from '@whoran/lineage';
import { type SimInput, SimulatedNode, simulatedVerifier } from '@whoran/testing';

const observe = observer('SEC_');

/** Feeds inputs in the given order; answers the last attribution of every event, and the lineage. */
function attribute(inputs: readonly SimInput[], probes: readonly string[] = []) {
  const isProbe = (_ns: string, _pod: string, _name: unknown, programs: ProcessRecord['programs']) =>
    programs.some(({ value }) => probes.includes(value.name));
  const lineage = new ClusterLineage('sim', simulatedVerifier, { isProbe });
  const owners = new Map<string, ProcessRecord>();
  for (const input of inputs) {
    if (input.kind === 'report') lineage.takeReport(input.report, 0);
    else {
      const seen = observe(input.event);
      if (typeof seen === 'string') throw new Error(`not a process event: ${seen}`);
      const process = lineage.takeObservation(input.event.whoran.node, seen, 0);
      const retained = { kept: new KeptEvent(input.event), arrived: 0, owner: process, emitted: undefined, stored: false };
      retain(process, retained);
      owners.set(input.event.whoran.id, process);
    }
    lineage.settle();
  }
  const processes = new Set([...owners.values()].flatMap((process) => [...process.retained.values()].map(({ owner }) => owner)));
  const answers = new Map<string, Attribution>();
  for (const process of [...processes, ...owners.values()])
    for (const { kept } of process.retained.values()) answers.set(kept.id, answer(lineage, process));
  return { answers, lineage, processes: [...processes] };
}

/** Compares with the truth: [right, missed, wrong]. */
function score(node: SimulatedNode, inputs: readonly SimInput[] = node.inputs) {
  const { answers } = attribute(inputs);
  let [right, missed, wrong] = [0, 0, 0];
  for (const input of inputs) {
    if (input.kind !== 'event') continue;
    const got = answers.get(input.event.whoran.id)?.session?.id ?? '';
    if (got === input.session) right += 1;
    else if (got === '') missed += 1;
    else wrong += 1;
  }
  return { right, missed, wrong };
}

const evidenceOf = (inputs: readonly SimInput[], program: string) => {
  const { answers } = attribute(inputs);
  return inputs.flatMap((input) =>
    input.kind === 'event' && input.event.output_fields['proc.name'] === program ? [answers.get(input.event.whoran.id)] : [],
  );
};

describe('attribution', () => {
  it.each(['env', 'sh', 'none'] as const)('names the user of an exec with strategy %s, down to every child', (strategy) => {
    const node = new SimulatedNode();
    const container = node.container();
    const { root } = node.exec(container, { user: 'jane', command: ['bash', '-c', 'id; cat /etc/shadow'], strategy, lasts: 100 });
    const child = node.fork(root);
    node.start(child, ['cat', '/etc/shadow']);
    expect(score(node)).toMatchObject({ missed: 0, wrong: 0 });
    const [last] = evidenceOf(node.inputs, 'cat');
    expect(last).toMatchObject({
      evidence: 'lineage',
      session: { user: { username: 'jane' }, auditId: expect.stringContaining('audit-') },
    });
  });

  it.each(['runc', 'crun', 'conmon', 'containerd-shim', 'docker-init'])(
    'knows a root by its parent’s namespace, whatever the runtime %s is called',
    (runtime) => {
      const node = new SimulatedNode();
      node.exec(node.container(), { user: 'jane', command: ['id'], runtime });
      expect(evidenceOf(node.inputs, 'env')).toMatchObject([{ evidence: 'root' }]);
    },
  );

  it('finds a daemon that was forked twice and cleared its environment', () => {
    const node = new SimulatedNode();
    const { root } = node.exec(node.container(), { user: 'jane', command: ['detach', 'bash'] });
    const middle = node.fork(root);
    const daemon = node.fork(middle);
    node.exit(middle);
    node.exit(root);
    node.start(daemon, ['bash', '-c', 'cat /etc/shadow'], { token: '', user: '' });
    node.start(daemon, ['cat', '/etc/shadow']);
    expect(score(node)).toMatchObject({ missed: 0, wrong: 0 });
  });

  it('does not believe a token that was copied from another session', () => {
    const node = new SimulatedNode();
    const container = node.container();
    const jane = node.exec(container, { user: 'jane', command: ['id'], lasts: 10 });
    const { root } = node.exec(container, { user: 'mallory', command: ['bash'] });
    const child = node.fork(root);
    node.start(child, ['env', `SEC_SESSION=${jane.token}`, 'SEC_USER_ID=jane', 'cat', '/etc/shadow']);
    node.start(child, ['cat', '/etc/shadow'], { token: jane.token, user: 'jane' });
    expect(score(node)).toMatchObject({ missed: 0, wrong: 0 });
    const { lineage, processes } = attribute(node.inputs);
    const misuses = processes.flatMap((process) => findMisuse(process, lineage.knowledge(process)));
    expect(misuses).toMatchObject([{ kind: 'replayed-token', sessionId: jane.session.id, token: jane.token }]);
  });

  it('does not let an orphan with a copied token pass when its forks were lost', () => {
    const node = new SimulatedNode();
    const container = node.container();
    const never = node.exec(container, { user: 'jane', command: ['/bin/nothing'] });
    const unused = node.inputs.filter((input) => input.kind === 'report' || input.session !== never.session.id);
    node.inputs.length = 0;
    node.inputs.push(...unused);
    const { root } = node.exec(container, { user: 'mallory', command: ['bash'] });
    const orphan = node.fork(root, { silent: true });
    orphan.parent = container.main;
    node.start(orphan, ['cat', '/etc/shadow'], { token: never.token, user: 'jane' });
    expect(score(node)).toMatchObject({ wrong: 0 });
  });

  it.each([
    ['another pod', (node: SimulatedNode, session: Parameters<SimulatedNode['sign']>[0]) => node.sign(session, 'other-pod')],
    ['nobody', () => `1.sim.AAAAAAAAAAAAAAAAAAAAAA.${'A'.repeat(86)}`],
    ['another form', () => 'whatever'],
  ])('reports a token of %s as forged', (_name, forge) => {
    const node = new SimulatedNode();
    const { root, session } = node.exec(node.container(), { user: 'mallory', command: ['bash'] });
    const child = node.fork(root);
    node.start(child, ['id'], { token: forge(node, { ...session, id: '00000000-0000-4000-8000-00000000ffff' }), user: 'jane' });
    expect(score(node)).toMatchObject({ missed: 0, wrong: 0 });
    const { lineage, processes } = attribute(node.inputs);
    expect(processes.flatMap((process) => findMisuse(process, lineage.knowledge(process)))).toMatchObject([{ kind: 'forged-token' }]);
  });

  it('keeps the lives of a reused pid apart', () => {
    const node = new SimulatedNode();
    const container = node.container();
    const { root } = node.exec(container, { user: 'jane', command: ['bash'] });
    const first = node.fork(root);
    node.start(first, ['id']);
    node.exit(first);
    node.wait(300);
    const bob = node.exec(container, { user: 'bob', command: ['bash'] });
    node.reusePid(first.pid - 1);
    const second = node.fork(bob.root);
    expect(second.pid).toBe(first.pid);
    node.start(second, ['whoami']);
    expect(score(node)).toMatchObject({ missed: 0, wrong: 0 });
  });

  it('follows programs that are started from threads, also when a thread’s event comes first', () => {
    const node = new SimulatedNode();
    const { root } = node.exec(node.container(), { user: 'jane', command: ['threads'] });
    const child = node.fork(root, { thread: true });
    node.start(child, ['id']);
    const inputs = node.inputs.toSorted((a) => (a.kind === 'event' && a.event.output_fields['thread.ismain'] === false ? -1 : 0));
    expect(score(node)).toMatchObject({ missed: 0, wrong: 0 });
    expect(score(node, inputs)).toMatchObject({ missed: 0, wrong: 0 });
  });

  it.each([120_000n, -120_000n])('stands clocks that are %s ms apart', (skew) => {
    const node = new SimulatedNode(undefined, skew * 1_000_000n);
    const container = node.container();
    node.exec(container, { user: 'jane', command: ['id'], lasts: 50 });
    node.wait(5000);
    node.exec(container, { user: 'bob', command: ['whoami'], strategy: 'none', lasts: 50 });
    expect(score(node)).toMatchObject({ missed: 0, wrong: 0 });
  });

  it('tells two execs of one command apart by time once the clock is known, and calls them ambiguous before', () => {
    const run = (calibrate: boolean) => {
      const node = new SimulatedNode(undefined, 3_000_000_000n);
      const container = node.container();
      node.wait(10_000);
      if (calibrate) node.exec(container, { user: 'eve', command: ['true'], lasts: 20 });
      node.exec(container, { user: 'jane', command: ['id'], strategy: 'none', lasts: 20 });
      node.wait(2000);
      node.exec(container, { user: 'bob', command: ['id'], strategy: 'none', lasts: 20 });
      return { score: score(node), answers: evidenceOf(node.inputs, 'id') };
    };
    expect(run(true).score).toMatchObject({ missed: 0, wrong: 0 });
    expect(run(false).score.wrong).toBe(0);
    expect(run(false).answers).toMatchObject([{ evidence: 'ambiguous' }, { evidence: 'ambiguous' }]);
  });

  it('claims neither of two users who run one command at once', () => {
    const node = new SimulatedNode();
    const container = node.container();
    node.exec(container, { user: 'eve', command: ['true'], lasts: 20 });
    const jane = node.exec(container, { user: 'jane', command: ['sh', '-c', 'id'], strategy: 'none' });
    node.wait(-25);
    node.exec(container, { user: 'bob', command: ['sh', '-c', 'id'], strategy: 'none' });
    const child = node.fork(jane.root);
    node.start(child, ['id']);
    const [last] = evidenceOf(node.inputs, 'id').slice(-1);
    expect(last).toMatchObject({ evidence: 'ambiguous', candidates: [{ user: { username: 'jane' } }, { user: { username: 'bob' } }] });
  });

  it('claims nobody for a probe, for crictl and for the main process', () => {
    const node = new SimulatedNode();
    const container = node.container();
    node.exec(container, { user: 'jane', command: ['id'], lasts: 10 });
    node.runtimeExec(container, ['healthy']);
    node.runtimeExec(container, ['crictl-thing']);
    const { answers } = attribute(node.inputs, ['healthy']);
    const reasons = node.inputs.flatMap((input) => (input.kind === 'event' ? [answers.get(input.event.whoran.id)?.reason] : []));
    expect(reasons).toEqual(['main-process', undefined, undefined, 'probe', 'runtime-exec']);
  });

  it('does not give a probe the session of a user who ran the same command', () => {
    const node = new SimulatedNode();
    const container = node.container();
    node.exec(container, { user: 'jane', command: ['cat', '/tmp/healthy'], strategy: 'none' });
    node.runtimeExec(container, ['cat', '/tmp/healthy']);
    expect(score(node)).toMatchObject({ wrong: 0 });
  });

  it.each([false, true])('finds roots and children in a pod with hostPID (stolen token: %s)', (steal) => {
    const node = new SimulatedNode();
    const container = node.container('host-0', { hostPid: true });
    const jane = node.exec(container, { user: 'jane', command: ['bash'] });
    const child = node.fork(jane.root);
    node.start(child, ['id']);
    const { root } = node.exec(container, { user: 'mallory', command: ['bash'] });
    const orphan = node.fork(root);
    node.exit(root);
    node.start(orphan, ['env', `SEC_SESSION=${jane.token}`, 'SEC_USER_ID=jane', 'cat'], {});
    if (steal) node.start(orphan, ['cat', '/etc/shadow'], { token: jane.token, user: 'jane' });
    expect(score(node)).toMatchObject({ missed: 0, wrong: 0 });
  });

  it('stands a restart of Falco: start times are coarse, and the container has no name at first', () => {
    const node = new SimulatedNode();
    const container = node.container();
    container.named = false;
    const { root } = node.exec(container, { user: 'jane', command: ['bash'] });
    container.named = true;
    const child = node.fork(root);
    const coarse = node.inputs.map((input): SimInput => {
      if (input.kind === 'report' || input.event.output_fields['proc.pid'] === child.pid) return input;
      const start = input.event.output_fields['proc.pid.ts'] as bigint;
      return {
        ...input,
        event: { ...input.event, output_fields: { ...input.event.output_fields, 'proc.pid.ts': start - (start % 10_000_000n) } },
      };
    });
    expect(score(node, coarse)).toMatchObject({ missed: 0, wrong: 0 });
  });

  it('names a user whose name is too long for the command', () => {
    const node = new SimulatedNode();
    const user = `cn=${'ä'.repeat(2000)}`;
    node.exec(node.container(), { user, command: ['id'] });
    expect(evidenceOf(node.inputs, 'id')).toMatchObject([{ evidence: 'root', session: { user: { username: user } } }]);
  });

  it('names the user from the token alone when every record of the session was lost', () => {
    const node = new SimulatedNode();
    node.exec(node.container(), { user: 'jane', command: ['id'], audited: false });
    const events = node.inputs.filter(({ kind }) => kind === 'event');
    expect(evidenceOf(events, 'id')).toMatchObject([{ evidence: 'root', session: { user: { username: 'jane' } } }]);
  });

  it('names nobody for a copied token at a child of the first process whose fork was lost', () => {
    const node = new SimulatedNode();
    const container = node.container();
    const jane = node.exec(container, { user: 'jane', command: ['bash'], lasts: 1000 }).root;
    node.fork(jane);
    // Falco tells of forks here. This one did not arrive, so it looks like an orphan that was left to the first process.
    const thief = node.fork(container.main, { silent: true });
    node.start(thief, ['cat', '/etc/shadow'], { token: jane.token, user: 'jane' });
    expect(evidenceOf(node.inputs, 'cat')).toMatchObject([{ evidence: 'none', reason: 'lineage-lost' }]);
    expect(evidenceOf(node.inputs.toReversed(), 'cat')).toMatchObject([{ evidence: 'none', reason: 'lineage-lost' }]);
  });

  it('follows a chain of 10,000 forks whose root is named last', () => {
    const node = new SimulatedNode();
    const { root } = node.exec(node.container(), { user: 'jane', command: ['bash'] });
    let last = root;
    for (let depth = 0; depth < 10_000; depth += 1) last = node.fork(last);
    node.start(last, ['id']);
    const late = [...node.inputs.slice(5), ...node.inputs.slice(0, 5)];
    expect(evidenceOf(late, 'id')).toMatchObject([{ evidence: 'lineage' }]);
  });
});
