import type { Millis } from '@whoran/kernel';
import type { SqlDatabase } from './database/sql-database.ts';

/** Dead letters beyond this number go, and beyond this many bytes of payload: first those that are done with, then the oldest. */
const MAX_DEAD_LETTERS = 10_000;
const MAX_PAYLOADS = 2 ** 30;

const AGED = ['events', 'alerts', 'processes', 'session_reports', 'sessions', 'dead_letters', 'deliveries', 'responses'];

/** Deletes what was stored before a time, in one short statement a table. */
export async function deleteBefore(database: SqlDatabase, storedMs: Millis, limit: number): Promise<number> {
  let deleted = 0;
  for (const table of AGED) {
    const rows = await database.query(
      `delete from whoran.${table} where ctid = any (array(select ctid from whoran.${table} where stored_ms < $1::bigint order by stored_ms limit $2)) returning 1`,
      [storedMs, limit],
    );
    deleted += rows.length;
  }
  deleted += await deleteSurplus(database, limit);
  await database.query('delete from whoran.facts where last_ms < $1::bigint', [storedMs]);
  await database.query('delete from whoran.sources where last_ns < $1::bigint', [`${Math.max(0, Math.trunc(storedMs))}000000`]);
  return deleted;
}

async function deleteSurplus(database: SqlDatabase, limit: number): Promise<number> {
  const rows = await database.query(
    `with ranked as (
  select id, row_number() over kept as number, sum(octet_length(coalesce(payload, ''))) over kept as bytes
  from whoran.dead_letters window kept as (order by case state when 'open' then 0 else 1 end, time_ns desc, id)
)
delete from whoran.dead_letters where id = any (array(select id from ranked where number > $1::bigint or bytes > $2::bigint order by number desc limit $3)) returning 1`,
    [MAX_DEAD_LETTERS, MAX_PAYLOADS, limit],
  );
  return rows.length;
}
