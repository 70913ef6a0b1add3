import type { TellingDelay } from '../telling-delay.ts';
import type { Delay } from '../watch/consumer-view.ts';
import type { AlertScore } from './score-alerts.ts';
import type { RowScore } from './score.ts';

/** One row of the table. */
export interface RowResult extends RowScore, AlertScore {
  readonly name: string;
  /** Events of low priority that a full spool gave up, as it counts them: they are not lost in silence. */
  readonly evicted: number;
  /** From raising an alert to its delivery to the receiver that nothing is done to; nothing when forensics does not say. */
  readonly told: TellingDelay | undefined;
  /** Alerts that came to a receiver again under the same key, as they may. */
  readonly again: number;
  /** Alerts that came to a receiver under several keys, as they must not. */
  readonly doubled: number;
  /** The longest time without any delivery while the load was on. */
  readonly stallSeconds: number;
  /** The most memory that a service process had. */
  readonly peakMemoryMiB: number;
  readonly memoryMiB: Readonly<Record<string, number>>;
  /** How long the load was on. */
  readonly seconds: number;
  /** How often a sender was answered 503 and came again. */
  readonly postponed: number;
  /** From an ingester to a consumer, by cluster, milliseconds. */
  readonly delays: Readonly<Record<string, Delay>>;
  readonly deadLetters: Readonly<Record<string, number>>;
  /** Why senders gave up events, and how often. */
  readonly givenUp: Readonly<Record<string, number>>;
  /** Services that said at /livez that only a new process helps, and were started again. */
  readonly restarts: readonly string[];
  /** Everything that must not be, one line each; empty when the row holds. */
  readonly problems: readonly string[];
}

/** What a row measured, before it is judged. */
export type Measured = Omit<RowResult, 'problems'> & { readonly faultProblems: readonly string[] };

/** Says what must not be. */
export function problemsOf(measured: Measured): readonly string[] {
  const { sent, lost, duplicates, wrong, missed, lostOnTopic, lostAtReceiver, doubled, faultProblems } = measured;
  return [
    ...(sent === 0 ? ['nothing was sent'] : []),
    ...some(lost, 'lost'),
    ...some(duplicates, 'twice for consumers, or with two answers'),
    ...some(wrong, 'attributed wrongly'),
    ...some(missed, 'of sessions without a name'),
    ...some(lostOnTopic, 'without their alert'),
    ...some(lostAtReceiver, 'whose alert a receiver never got'),
    ...some(doubled, 'whose alert came under several keys'),
    ...faultProblems,
  ];
}

function some(count: number, what: string): readonly string[] {
  return count === 0 ? [] : [`${count} events ${what}`];
}
