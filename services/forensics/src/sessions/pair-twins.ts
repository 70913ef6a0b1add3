import type { Nanos } from '@whoran/kernel';

/** How far apart two records of one session are at most. */
export const TWIN_WINDOW: Nanos = 5_000_000_000n;

/** What pairing needs to know of a session. */
export interface TwinCandidate {
  readonly id: string;
  readonly twinKey: string;
  readonly container: string;
  readonly requestedNs: Nanos;
  readonly webhook: boolean;
  readonly audit: boolean;
}

interface Pair {
  readonly requested: TwinCandidate;
  readonly audited: TwinCandidate;
  readonly distance: Nanos;
}

/**
 * Finds sessions that were recorded twice: the webhook saw a request, and as its answer left no annotation, the audit
 * log made a session of its own. Pairs the nearest first, one to one. Answers the audit's id by the webhook's.
 */
export function pairTwins(sessions: readonly TwinCandidate[]): ReadonlyMap<string, string> {
  const audits = Map.groupBy(
    sessions.filter(({ id, webhook, audit }) => audit && !webhook && id.startsWith('audit:')),
    ({ twinKey }) => twinKey,
  );
  const pairs: Pair[] = [];
  for (const requested of sessions) {
    if (requested.audit || !requested.webhook) continue;
    for (const audited of audits.get(requested.twinKey) ?? []) {
      const distance = apart(requested.requestedNs, audited.requestedNs);
      if (distance <= TWIN_WINDOW && fits(requested.container, audited.container)) pairs.push({ requested, audited, distance });
    }
  }
  const taken = new Set<string>();
  const twins = new Map<string, string>();
  for (const { requested, audited } of pairs.sort(nearestFirst)) {
    if (taken.has(requested.id) || taken.has(audited.id)) continue;
    taken.add(requested.id).add(audited.id);
    twins.set(requested.id, audited.id);
  }
  return twins;
}

/** Clients may leave the container out; the webhook looks it up and the audit log does not. */
function fits(one: string, other: string): boolean {
  return one === other || one === '' || other === '';
}

function apart(one: Nanos, other: Nanos): Nanos {
  return one > other ? one - other : other - one;
}

function nearestFirst(one: Pair, other: Pair): number {
  if (one.distance !== other.distance) return one.distance < other.distance ? -1 : 1;
  const a = `${one.requested.id}/${one.audited.id}`;
  const b = `${other.requested.id}/${other.audited.id}`;
  return a < b ? -1 : a > b ? 1 : 0;
}
