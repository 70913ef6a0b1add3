import { KeptEvent } from './kept-event.ts';
import { describe, expect, it } from '@jest/globals';
import type { Attribution } from '@whoran/contracts';
import { ClusterLineage, describe as answer, observer, retain } from '@whoran/lineage';
import { type SimInput, type SimProcess, SimulatedNode, simulatedVerifier } from '@whoran/testing';
import fc from 'fast-check';

const observe = observer('SEC_');

const RUNS = 300;

type Step = {
  readonly what: 'exec' | 'fork' | 'start' | 'clear' | 'exit' | 'steal' | 'probe' | 'wait';
  readonly who: number;
  readonly user: number;
};

const step: fc.Arbitrary<Step> = fc.record({
  what: fc.constantFrom('exec', 'exec', 'fork', 'fork', 'fork', 'start', 'start', 'clear', 'exit', 'steal', 'probe', 'wait'),
  who: fc.nat(),
  user: fc.nat(2),
});

/** Plays a story on a simulated node: users work in two containers at once, fork, hide, and steal each other's tokens. */
function play(steps: readonly Step[], hostPid: boolean, probe = 'bash'): SimulatedNode {
  const node = new SimulatedNode();
  const containers = [node.container('api-0', { hostPid }), node.container('api-1')];
  const alive: SimProcess[] = [];
  const tokens: string[] = [];
  for (const { what, who, user } of steps) {
    const process = alive[who % Math.max(1, alive.length)];
    const container = containers[who % containers.length] ?? containers[0];
    if (!container) continue;
    if (what === 'wait') node.wait(who % 3000);
    else if (what === 'probe') node.runtimeExec(container, [probe]);
    else if (what === 'exec') {
      const strategy = (['env', 'sh', 'none'] as const)[who % 3] ?? 'env';
      const { root, token } = node.exec(container, {
        user: `user-${user}`,
        command: ['bash'],
        strategy,
        ...(who % 2 ? { lasts: 50 } : {}),
      });
      alive.push(root);
      tokens.push(token);
    } else if (process) act(node, process, what, { alive, tokens, who });
  }
  return node;
}

function act(
  node: SimulatedNode,
  process: SimProcess,
  what: Step['what'],
  { alive, tokens, who }: { alive: SimProcess[]; tokens: string[]; who: number },
): void {
  if (what === 'fork') alive.push(node.fork(process));
  if (what === 'start') node.start(process, [`program-${who % 5}`, 'x']);
  if (what === 'clear') node.start(process, ['bash', '-c', 'hidden'], { token: '', user: '' });
  if (what === 'steal') node.start(process, ['cat'], { token: tokens[who % tokens.length] ?? '', user: 'user-0' });
  if (what === 'exit') {
    node.exit(process);
    alive.splice(alive.indexOf(process), 1);
  }
}

/** The last answers after feeding the inputs in this order, settling every `batch` of them. */
function lastAnswers(inputs: readonly SimInput[], batch: number): Map<string, string> {
  const lineage = new ClusterLineage('sim', simulatedVerifier, { isProbe: () => false });
  const retained = [];
  for (const [index, input] of inputs.entries()) {
    if (input.kind === 'report') lineage.takeReport(input.report, 0);
    else {
      const seen = observe(input.event);
      if (typeof seen === 'string') throw new Error(seen);
      const owner = lineage.takeObservation(input.event.whoran.node, seen, 0);
      const one = { kept: new KeptEvent(input.event), arrived: 0, owner, emitted: undefined, stored: false };
      retain(owner, one);
      retained.push(one);
    }
    if (index % batch === 0) lineage.settle();
  }
  lineage.settle();
  return new Map(retained.map(({ kept, owner }) => [kept.id, JSON.stringify(answer(lineage, owner))]));
}

const story = fc.record({
  steps: fc.array(step, { minLength: 5, maxLength: 40 }),
  hostPid: fc.boolean(),
  seed: fc.nat(),
  batch: fc.integer({ min: 1, max: 20 }),
});

/** Shuffles within a window, as networks and batching do, and delivers some twice. */
function disturb(inputs: readonly SimInput[], seed: number): SimInput[] {
  let state = seed + 1;
  const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const doubled = inputs.flatMap((input) => (random() < 0.2 ? [input, input] : [input]));
  return doubled
    .map((input) => ({ input, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ input }) => input);
}

describe('the last answers', () => {
  it('are the same in any order, doubled or not, settled often or seldom', () => {
    fc.assert(
      fc.property(story, ({ steps, hostPid, seed, batch }) => {
        const { inputs } = play(steps, hostPid);
        const straight = lastAnswers(inputs, 1);
        const disturbed = lastAnswers(disturb(inputs, seed), batch);
        expect([...disturbed].sort()).toEqual([...straight].sort());
      }),
      { numRuns: RUNS },
    );
  });

  it('never name a wrong session', () => {
    fc.assert(
      fc.property(story, ({ steps, hostPid }) => {
        const { inputs } = play(steps, hostPid);
        const answers = lastAnswers(inputs, 1);
        for (const input of inputs) {
          if (input.kind !== 'event') continue;
          const { session } = JSON.parse(answers.get(input.event.whoran.id) ?? '{}') as Attribution;
          if (session) expect([input.event.whoran.id, session.id]).toEqual([input.event.whoran.id, input.session]);
        }
      }),
      { numRuns: RUNS },
    );
  });

  // What cannot be told when events are lost: a probe that runs a user's very command, and the token of a session of which
  // nothing at all was seen (docs/attribution.md, "Limits").
  it('never name a wrong session when a fifth of the events is lost', () => {
    fc.assert(
      fc.property(story, ({ steps, hostPid, seed }) => {
        const { inputs } = play(steps, hostPid, 'healthy');
        let state = seed + 1;
        const kept = inputs.filter((input) => input.kind === 'report' || ((state = (state * 48_271) % 2_147_483_647), state % 5 > 0));
        const seen = new Set(kept.flatMap((input) => (input.kind === 'event' ? [input.session] : [])));
        const answers = lastAnswers(kept, 1);
        for (const input of kept) {
          if (input.kind !== 'event') continue;
          const { session } = JSON.parse(answers.get(input.event.whoran.id) ?? '{}') as Attribution;
          if (session && seen.has(session.id)) expect([input.event.whoran.id, session.id]).toEqual([input.event.whoran.id, input.session]);
        }
      }),
      { numRuns: RUNS },
    );
  });
});
