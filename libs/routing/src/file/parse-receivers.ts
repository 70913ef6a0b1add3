import type { ReceiverSettings } from '../routing.ts';
import type { Complaints } from './complaints.ts';
import { durationOf } from './durations.ts';
import type { ReceiverKind } from './routes-file.ts';
import type { ReceiverEntry } from './routes-file-content.ts';

const DEFAULT_LIMITS = { size: 1000, concurrency: 4, deadline: 300_000 };
const DEFAULT_ESCALATE_AFTER = 120_000;
const DEFAULT_PER = 60_000;

/** The receivers of a file, with everything that is wrong with them told to `complaints`. */
export function parseReceivers(
  entries: readonly ReceiverEntry[],
  kinds: readonly ReceiverKind[],
  complaints: Complaints,
): readonly ReceiverSettings[] {
  const names = entries.map(({ name }) => name);
  const receivers = entries.flatMap((entry, index) => {
    const at = `/receivers/${index}`;
    checkDurations(entry, at, complaints);
    if (names.indexOf(entry.name) !== index) complaints.add(`${at}/name`, `is the name of another receiver too: "${entry.name}"`);
    const [kind, ...others] = kinds.filter((candidate) => entry[candidate.kind] !== undefined);
    if (kind && others.length === 0) return [receiverOf(entry, kind.kind, at)];
    complaints.add(at, `needs exactly one of ${kinds.map((candidate) => candidate.kind).join(', ')}`);
    return [];
  });
  checkEscalations(entries, complaints);
  return receivers;
}

function receiverOf(entry: ReceiverEntry, kind: string, at: string): ReceiverSettings {
  const { name, queue = {}, rate_limit: rate, on_failure: onFailure } = entry;
  return {
    name,
    at,
    kind,
    settings: entry[kind],
    limits: {
      size: queue.size ?? DEFAULT_LIMITS.size,
      concurrency: queue.concurrency ?? DEFAULT_LIMITS.concurrency,
      deadline: durationOf(queue.deadline, DEFAULT_LIMITS.deadline),
    },
    ...(rate ? { rateLimit: { limit: rate.limit, per: durationOf(rate.per, DEFAULT_PER) } } : {}),
    ...(onFailure === undefined ? {} : { onFailure }),
    escalateAfter: durationOf(entry.escalate_after, DEFAULT_ESCALATE_AFTER),
  };
}

function checkDurations({ queue, rate_limit }: ReceiverEntry, at: string, complaints: Complaints): void {
  const durations = { 'queue/deadline': queue?.deadline, 'rate_limit/per': rate_limit?.per };
  for (const [place, text] of Object.entries(durations)) {
    if (text !== undefined && durationOf(text, 0) === 0) complaints.add(`${at}/${place}`, 'must be longer than 0s');
  }
}

/** on_failure must name another receiver, and following it must end. */
function checkEscalations(entries: readonly ReceiverEntry[], complaints: Complaints): void {
  const next = new Map(entries.map(({ name, on_failure }) => [name, on_failure]));
  for (const [index, { name, on_failure: target }] of entries.entries()) {
    if (target === undefined) continue;
    const at = `/receivers/${index}/on_failure`;
    if (!next.has(target)) complaints.add(at, `names the receiver "${target}", which receivers does not have`);
    if (leadsBack(name, next)) complaints.add(at, 'leads back to this receiver: an escalation must end somewhere');
  }
}

function leadsBack(name: string, next: ReadonlyMap<string, string | undefined>): boolean {
  const seen = new Set<string>();
  for (let at = next.get(name); at !== undefined && !seen.has(at); at = next.get(at)) {
    if (at === name) return true;
    seen.add(at);
  }
  return false;
}
