import { type Millis, type Nanos, nanosOfMillis } from '@whoran/kernel';
import { randomOf } from './random.ts';
import type { RecordedAuditList, RecordedFalcoEvent, RecordedReview, Recording } from './recording.ts';

/** How the input differs from what was recorded. Shares are from 0 to 1, times in milliseconds. */
export interface Disturbance {
  readonly seed: number;
  /** The share of Falco events that never arrive. */
  readonly drop: number;
  /** The share of Falco events that arrive a second time, up to 5 s later. */
  readonly duplicate: number;
  /** Each Falco event arrives up to this much later. */
  readonly shuffle: Millis;
  /** Every EventList arrives this much later. */
  readonly auditDelay: Millis;
  /** After this share of all inputs the resolver starts anew and has forgotten everything; 0 for never. */
  readonly restartAt: number;
  readonly withoutForks: boolean;
}

/** Nothing is disturbed. */
export const UNDISTURBED: Disturbance = { seed: 1, drop: 0, duplicate: 0, shuffle: 0, auditDelay: 0, restartAt: 0, withoutForks: false };

/** One thing that happens to the pipeline, and when it arrives. */
export type Input =
  | { readonly kind: 'review'; readonly at: Nanos; readonly review: RecordedReview }
  | { readonly kind: 'audit'; readonly at: Nanos; readonly list: RecordedAuditList }
  | { readonly kind: 'falco'; readonly at: Nanos; readonly event: RecordedFalcoEvent }
  | { readonly kind: 'restart'; readonly at: Nanos };

const AUDIT_POST: Millis = 1000;
const LATEST_DUPLICATE: Millis = 5000;

/** Puts a recording in the order of arrival: the same disturbance gives the same order, and what is dropped is not in it. */
export function schedule(recording: Pick<Recording, 'reviews' | 'auditLists' | 'falcoEvents'>, disturbance: Disturbance): readonly Input[] {
  const auditDelay = nanosOfMillis(AUDIT_POST + disturbance.auditDelay);
  const inputs: Input[] = [
    ...recording.reviews.map((review): Input => ({ kind: 'review', at: review.receivedAt, review })),
    ...recording.auditLists.map((list): Input => ({ kind: 'audit', at: list.newest + auditDelay, list })),
    ...arrivals(recording.falcoEvents, disturbance),
  ];
  inputs.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  return withRestart(inputs, disturbance.restartAt);
}

function arrivals(events: readonly RecordedFalcoEvent[], disturbance: Disturbance): Input[] {
  const { seed, drop, duplicate, shuffle } = disturbance;
  const dropped = randomOf(seed, 'drop');
  const late = randomOf(seed, 'shuffle');
  const twice = randomOf(seed, 'duplicate');
  const later = randomOf(seed, 'later');
  return events.flatMap((event) => {
    // Drawn for every event, so that one disturbance does not change what another does to the rest.
    const isDropped = dropped() < drop;
    const at = event.time + nanosOfMillis(late() * shuffle);
    const again = at + nanosOfMillis(later() * LATEST_DUPLICATE);
    const isTwice = twice() < duplicate;
    if (isDropped || (disturbance.withoutForks && event.isFork)) return [];
    const first: Input = { kind: 'falco', at, event };
    return isTwice ? [first, { kind: 'falco', at: again, event }] : [first];
  });
}

function withRestart(inputs: readonly Input[], share: number): readonly Input[] {
  const position = Math.floor(inputs.length * share);
  const next = inputs[position];
  if (share === 0 || !next) return inputs;
  return [...inputs.slice(0, position), { kind: 'restart', at: next.at }, ...inputs.slice(position)];
}
