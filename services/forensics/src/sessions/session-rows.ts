import type { ReportRow, SessionRow } from '../store/rows.ts';
import { mergeSession } from './merge-session.ts';
import { type TwinCandidate, pairTwins } from './pair-twins.ts';

/**
 * The sessions of one cluster that a set of reports makes. A session that was recorded twice becomes one row with both
 * reports, and one row that points to it. Pure: the same reports in any order give the same rows.
 */
export function sessionRows(reports: readonly ReportRow[]): readonly SessionRow[] {
  const byId = Map.groupBy(reports, ({ id }) => id);
  const twins = pairTwins([...byId].map(([id, own]) => twinCandidate(id, own)));
  const aliases = new Map([...twins].map(([requested, audited]) => [audited, requested]));
  return [...byId].map(([id, own]) => {
    const alias = aliases.get(id);
    const aliasReports = alias === undefined ? [] : (byId.get(alias) ?? []);
    return { ...sessionRow(id, [...own, ...aliasReports], alias), aliasOf: twins.get(id) };
  });
}

function twinCandidate(id: string, reports: readonly ReportRow[]): TwinCandidate {
  const { container = '' } = mergeSession(
    id,
    reports.map(({ body }) => body),
  );
  return {
    id,
    twinKey: reports.map(({ twinKey }) => twinKey).sort()[0] ?? '',
    container,
    requestedNs: earliest(reports),
    webhook: reports.some(({ observer }) => observer === 'webhook'),
    audit: reports.some(({ observer }) => observer === 'audit'),
  };
}

function sessionRow(id: string, reports: readonly ReportRow[], alias: string | undefined): SessionRow {
  const merged = mergeSession(
    id,
    reports.map(({ body }) => body),
  );
  return {
    cluster: merged.cluster,
    id,
    storedMs: Math.max(...reports.map(({ storedMs }) => storedMs)),
    requestedNs: earliest(reports),
    kind: merged.kind,
    phase: merged.phase,
    userName: merged.user.name,
    namespace: merged.namespace,
    pod: merged.pod,
    container: merged.container,
    injected: merged.injected,
    webhook: merged.observers.includes('webhook'),
    audit: merged.observers.includes('audit'),
    commandLine: merged.command?.join(' ') ?? merged.copy?.path ?? '',
    alias,
    body: { ...merged, aliases: alias === undefined ? [] : [alias] },
  };
}

function earliest(reports: readonly ReportRow[]): bigint {
  return reports.reduce((least, { requestedNs }) => (requestedNs < least ? requestedNs : least), reports[0]?.requestedNs ?? 0n);
}
