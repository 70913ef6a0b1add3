import type { ExecSession } from '@whoran/contracts';
import { sessionRows } from '../sessions/session-rows.ts';
import type { ReportRow } from './rows.ts';
import type { SqlSession } from './database/sql-database.ts';
import { TABLES, writeRows } from './tables.ts';

/** Any number: sessions are computed by one replica at a time. They are few, and this makes the result independent of order. */
const SESSION_LOCK = 7_406_332;

/** How far around a session others are looked at that may be the same one; a chain of equal ones is followed that far. */
const NEIGHBOURHOOD_NS = 60_000_000_000n;

interface ReportColumns {
  readonly cluster: string;
  readonly id: string;
  readonly observer: ReportRow['observer'];
  readonly phase: ReportRow['phase'];
  readonly revision: string | number | bigint;
  readonly requested_ns: string | number | bigint;
  readonly stored_ms: string | number | bigint;
  readonly twin_key: string;
  readonly digest: string;
  readonly body: ExecSession;
}

/** Adds reports and computes anew the sessions that they are about, in the caller's transaction. */
export async function saveReports(session: SqlSession, reports: readonly ReportRow[]): Promise<void> {
  await session.query('select pg_advisory_xact_lock($1)', [SESSION_LOCK]);
  await writeRows(session, TABLES.reports, lastReports(reports));
  const touched = [...new Map(reports.map(({ cluster, id }) => [`${cluster}/${id}`, { cluster, id }])).values()];
  const related = await session.query<ReportColumns>(RELATED, [JSON.stringify(touched), NEIGHBOURHOOD_NS.toString()]);
  const byCluster = Map.groupBy(related.map(reportRow), ({ cluster }) => cluster);
  await writeRows(
    session,
    TABLES.sessions,
    [...byCluster.values()].flatMap((own) => sessionRows(own)),
  );
}

/** The reports of the touched sessions, and of those that may be the same session under another id. */
const RELATED = `
with touched as (
  select r.* from whoran.session_reports r join json_to_recordset($1::json) as t(cluster text, id text) using (cluster, id)
), related as (
  select distinct r.cluster, r.id from touched t join whoran.session_reports r
    on r.twin_key = t.twin_key and r.requested_ns between t.requested_ns - $2::bigint and t.requested_ns + $2::bigint
  union select cluster, id from touched
)
select r.* from whoran.session_reports r join related using (cluster, id)`;

function lastReports(reports: readonly ReportRow[]): readonly ReportRow[] {
  const last = new Map<string, ReportRow>();
  for (const report of reports) {
    const key = `${report.cluster}/${report.id}/${report.observer}/${report.phase}`;
    const known = last.get(key);
    if (!known || isLater(report, known)) last.set(key, report);
  }
  return [...last.values()];
}

/** The rule of the table, so that it does not matter whether two reports come in one batch. */
function isLater(one: ReportRow, other: ReportRow): boolean {
  if (one.revision !== other.revision) return one.revision > other.revision;
  return one.requestedNs === other.requestedNs ? one.digest < other.digest : one.requestedNs < other.requestedNs;
}

function reportRow(row: ReportColumns): ReportRow {
  return {
    cluster: row.cluster,
    id: row.id,
    observer: row.observer,
    phase: row.phase,
    revision: Number(row.revision),
    requestedNs: BigInt(row.requested_ns),
    storedMs: Number(row.stored_ms),
    twinKey: row.twin_key,
    digest: row.digest,
    body: row.body,
  };
}
