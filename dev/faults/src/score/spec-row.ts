import type { RowResult } from './row-result.ts';

/** For specs: a row that holds, with what a spec wants different. */
export function aRowResult(different: Partial<RowResult> = {}): RowResult {
  return {
    name: 'baseline',
    sent: 100,
    delivered: 100,
    lost: 0,
    duplicates: 0,
    wrong: 0,
    missed: 0,
    missedAfterLoss: 0,
    ambiguous: 0,
    examples: [],
    alerts: 5,
    lostOnTopic: 0,
    lostAtReceiver: 0,
    told: { alerts: 5, within50: 20, within99: 100 },
    again: 0,
    doubled: 0,
    evicted: 0,
    stallSeconds: 0.5,
    peakMemoryMiB: 90,
    memoryMiB: { forensics: 90 },
    seconds: 10,
    postponed: 0,
    delays: {},
    deadLetters: {},
    givenUp: {},
    restarts: [],
    problems: [],
    ...different,
  };
}
