import type { TrueEvent } from '../load/truth-book.ts';

/** What came of the alerts of one row. */
export interface AlertScore {
  /** Sent events that must alert. */
  readonly alerts: number;
  /** Those that never came to the topic of alerts. */
  readonly lostOnTopic: number;
  /** Those that never came to the receiver. */
  readonly lostAtReceiver: number;
}

/** Every event that alerts and was safe must be on the topic, and at the receiver at least once. */
export function scoreAlerts(
  events: readonly TrueEvent[],
  first: number,
  { onTopic, received }: { readonly onTopic: ReadonlySet<number>; readonly received: ReadonlySet<number> },
): AlertScore {
  const numbers = events.flatMap(({ kind, sent }, index) => (kind === 'alert' && sent ? [first + index] : []));
  const missing = (found: ReadonlySet<number>) => numbers.filter((number) => !found.has(number)).length;
  return { alerts: numbers.length, lostOnTopic: missing(onTopic), lostAtReceiver: missing(received) };
}
