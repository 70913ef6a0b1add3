import type { ExecSession, Identity } from '@whoran/contracts';
import type { SessionRecord, UserRecord } from '@whoran/forensics-api';
import { parseInstant } from '@whoran/kernel';
import { present } from '../store/present.ts';

/** A session as far as its reports tell it. */
export type MergedSession = Omit<SessionRecord, 'commands' | 'aliases'>;

/** What is furthest wins. An answer 101 outweighs a refusal: somebody was in. */
const PHASES = ['ended', 'started', 'refused', 'requested'] as const;

/**
 * Merges everything that was reported about one session; `id` is the one to show it under. The order of the reports does
 * not matter. The audit log is believed before the webhook, and a later phase before an earlier one.
 */
export function mergeSession(id: string, reports: readonly ExecSession[]): MergedSession {
  const ranked = [...reports].sort(byWeight);
  const best = ranked[0] as ExecSession; // a session has at least one report
  const first = <K extends keyof ExecSession>(field: K) =>
    ranked.find((report) => report[field] !== undefined && report[field] !== '')?.[field];
  const injector = ranked.find(({ injected }) => injected) ?? ranked.find(({ observer }) => observer === 'webhook') ?? best;
  const phase = PHASES.find((candidate) => ranked.some((report) => report.phase === candidate)) ?? best.phase;
  const reason =
    (phase === 'refused' ? ranked.find((report) => report.phase === 'refused')?.reason : undefined) ?? injector.reason ?? first('reason');
  return {
    id,
    cluster: best.cluster,
    kind: best.kind,
    phase,
    user: mergeUsers(ranked.map(({ user }) => user)),
    namespace: best.namespace,
    pod: best.pod,
    injected: injector.injected,
    strategy: injector.strategy,
    observers: (['webhook', 'audit'] as const).filter((observer) => ranked.some((report) => report.observer === observer)),
    requestedAt: ranked.map(({ requestedAt }) => requestedAt).sort(byInstant)[0] ?? best.requestedAt,
    ...present({
      reason,
      podUid: first('podUid'),
      node: first('node'),
      container: first('container'),
      image: first('image'),
      imageId: first('imageId'),
      command: first('command'),
      copy: first('copy'),
      tty: first('tty'),
      stdin: first('stdin'),
      startedAt: ranked.flatMap(({ startedAt }) => startedAt ?? []).sort(byInstant)[0],
      endedAt: ranked
        .flatMap(({ endedAt }) => endedAt ?? [])
        .sort(byInstant)
        .at(-1),
      audit: first('audit'),
    }),
  };
}

/** A total order, so that the same reports always give the same session. */
function byWeight(one: ExecSession, other: ExecSession): number {
  if (one.observer !== other.observer) return one.observer === 'audit' ? -1 : 1;
  if (one.phase !== other.phase) return PHASES.indexOf(one.phase) - PHASES.indexOf(other.phase);
  if (one.revision !== other.revision) return other.revision - one.revision;
  return one.id < other.id ? -1 : one.id > other.id ? 1 : 0;
}

/** Times are written with any number of decimals, so their texts do not sort. */
function byInstant(one: string, other: string): number {
  const [a, b] = [parseInstant(one) ?? 0n, parseInstant(other) ?? 0n];
  return a === b ? (one < other ? -1 : 1) : a < b ? -1 : 1;
}

function mergeUsers(users: readonly Identity[]): UserRecord {
  const best = users[0] as Identity; // one for each report
  const same = users.filter(({ username }) => username === best.username);
  const first = <K extends 'uid' | 'credentialId' | 'impersonator'>(field: K) => same.find((user) => user[field])?.[field];
  return {
    name: best.username,
    groups: same.find(({ groups }) => groups.length > 0)?.groups ?? [],
    ...present({ uid: first('uid'), credentialId: first('credentialId'), impersonator: first('impersonator') }),
  };
}
