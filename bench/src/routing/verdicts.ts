import type { Delivered } from './delivered.ts';

/** Whether a goal was reached. */
export interface Verdict {
  readonly goal: string;
  readonly ratio: number;
  readonly least: number;
  readonly met: boolean;
}

/** Times falcosidekick's rate, with a receiver that answers at once. */
const TIMES = 2;
/**
 * What is to be left at a receiver that takes its time, of the less of two: the rate at one that answers at once, and what so many
 * at once come to by the clock.
 */
const LEFT = 0.5;

/** What became of the goals of delivering. */
export function judgeDelivering(delivered: readonly Delivered[], concurrency: number): readonly Verdict[] {
  const rateOf = (name: string, slow: boolean) => delivered.find((each) => each.name === name && each.delay > 0 === slow);
  const names = [...new Set(delivered.map(({ name }) => name))];
  const kept = names.flatMap((name) => {
    const [fast, slow] = [rateOf(name, false), rateOf(name, true)];
    if (!fast || !slow) return [];
    const possible = Math.min(fast.perSecond, (concurrency * 1000) / slow.delay);
    const goal = `${name} at ${slow.delay} ms, of the ${Math.round(possible)}/s that are possible with ${concurrency} at once`;
    return [verdict(goal, slow.perSecond / possible, LEFT)];
  });
  const [ours] = delivered;
  const theirs = rateOf('falcosidekick', false);
  return ours && theirs ? [verdict(`${ours.name} beside falcosidekick at 0 ms`, ours.perSecond / theirs.perSecond, TIMES), ...kept] : kept;
}

/** The verdicts, one a line. */
export function printVerdicts(verdicts: readonly Verdict[]): string {
  return verdicts.map(({ goal, ratio, least, met }) => `${goal}: ${ratio} (goal ${least}: ${met ? 'met' : 'missed'})`).join('\n');
}

function verdict(goal: string, exact: number, least: number): Verdict {
  const ratio = Math.round(exact * 100) / 100;
  return { goal, ratio, least, met: ratio >= least };
}
