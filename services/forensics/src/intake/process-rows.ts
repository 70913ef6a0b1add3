import type { AttributedEvent } from '@whoran/contracts';
import { type Millis, type Nanos, parseInstant } from '@whoran/kernel';
import type { ProcessRow } from '../store/rows.ts';
import { eventTime } from './event-time.ts';
import { fitName, integerOf, textOf } from './fit-text.ts';

/** The process behind an event, if it is known. */
export function processRow(event: AttributedEvent, now: Millis): ProcessRow | undefined {
  const { process, session } = event.whoran.attribution;
  if (!process) return undefined;
  const rank = event.whoran.revision;
  return {
    key: process.key,
    storedMs: now,
    cluster: fitName(event.whoran.cluster) ?? '',
    node: fitName(event.whoran.node) ?? '',
    container: fitName(textOf(event.output_fields['container.name'])),
    pid: integerOf(process.pid),
    vpid: integerOf(process.vpid),
    startedNs: startOf(process.startedAt, now),
    session: session?.id,
    sessionRank: session ? rank : -1,
    parent: process.parent,
    parentRank: process.parent === undefined ? -1 : rank,
  };
}

/** What two events say of one process. The order does not matter; the database merges by the same rule. */
export function mergeProcess(one: ProcessRow, other: ProcessRow): ProcessRow {
  const bySession = wins(one.sessionRank, one.session, other.sessionRank, other.session) ? one : other;
  const byParent = wins(one.parentRank, one.parent, other.parentRank, other.parent) ? one : other;
  return {
    ...one,
    storedMs: Math.max(one.storedMs, other.storedMs),
    container: least(one.container, other.container),
    pid: least(one.pid, other.pid),
    vpid: least(one.vpid, other.vpid),
    startedNs: least(one.startedNs, other.startedNs),
    session: bySession.session,
    sessionRank: bySession.sessionRank,
    parent: byParent.parent,
    parentRank: byParent.parentRank,
  };
}

function wins(rank: number, value: string | undefined, otherRank: number, otherValue: string | undefined): boolean {
  return rank === otherRank ? (value ?? '') >= (otherValue ?? '') : rank > otherRank;
}

function least<T extends string | number | bigint>(one: T | undefined, other: T | undefined): T | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one < other ? one : other;
}

function startOf(text: string | undefined, now: Millis): Nanos | undefined {
  return text === undefined || parseInstant(text) === undefined ? undefined : eventTime(now, text);
}
