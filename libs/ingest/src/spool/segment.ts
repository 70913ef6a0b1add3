import { EVENT_CLASSES, type EventClass } from './event-class.ts';

/** A file of the spool: blocks of events of one lane and one class. */
export interface Segment {
  readonly lane: string;
  readonly class: EventClass;
  readonly path: string;
  /** Sequence number of its first event. */
  readonly first: number;
  /** When its first event came, milliseconds since 1970. */
  readonly since: number;
  /** Bytes that are safe on disk. */
  bytes: number;
  events: number;
  /** Where the next block to be replayed begins, and how many events of it were replayed already. */
  offset: number;
  skip: number;
  /** Events that were replayed. */
  replayed: number;
  /** Whether its events are given up and its file is deleted. */
  isDropped: boolean;
}

const NAME = /^(low|normal|high|vital)-(\d{16})\.spool$/;

/** The file name of a segment. */
export function segmentName(eventClass: EventClass, first: number): string {
  return `${eventClass}-${String(first).padStart(16, '0')}.spool`;
}

/** Reads a file name; nothing if it is not one of a segment. */
export function parseSegmentName(name: string): { readonly class: EventClass; readonly first: number } | undefined {
  const [, eventClass, first] = NAME.exec(name) ?? [];
  return eventClass === undefined ? undefined : { class: eventClass as EventClass, first: Number(first) };
}

/** Events that still wait in a segment. */
export function waitingIn({ events, replayed }: Segment): number {
  return events - replayed;
}

/**
 * The segment that goes first when there is no room for events of a class: of the lowest class, of the lane that fills the
 * spool most, the oldest. Nothing if all that is there matters more. Other lanes do not pay for the one that floods.
 */
export function chooseVictim(segments: readonly Segment[], forClass: EventClass): Segment | undefined {
  const limit = EVENT_CLASSES.indexOf(forClass);
  const bytes = new Map<string, number>();
  for (const { lane, bytes: more } of segments) bytes.set(lane, (bytes.get(lane) ?? 0) + more);
  const rank = (segment: Segment) => EVENT_CLASSES.indexOf(segment.class);
  const goesBefore = (a: Segment, b: Segment) =>
    rank(a) - rank(b) || (bytes.get(b.lane) ?? 0) - (bytes.get(a.lane) ?? 0) || a.lane.localeCompare(b.lane) || a.first - b.first;
  const candidates = segments.filter((segment) => rank(segment) <= limit);
  return candidates.reduce<Segment | undefined>((first, other) => (first && goesBefore(first, other) <= 0 ? first : other), undefined);
}
