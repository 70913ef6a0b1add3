import type { Millis } from '@whoran/kernel';
import type { SqlDatabase } from './database/sql-database.ts';

/** Dead letters are kept for looking at; the oldest beyond this number go. */
const MAX_DEAD_LETTERS = 10_000;

const AGED = ['events', 'alerts', 'processes', 'session_reports', 'sessions', 'dead_letters'];

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
  const surplus = await database.query(
    `delete from whoran.dead_letters where id = any (array(select id from whoran.dead_letters order by time_ns desc offset ${MAX_DEAD_LETTERS} limit $1)) returning 1`,
    [limit],
  );
  await database.query('delete from whoran.facts where last_ms < $1::bigint', [storedMs]);
  await database.query('delete from whoran.sources where last_ns < $1::bigint', [`${Math.max(0, Math.trunc(storedMs))}000000`]);
  return deleted + surplus.length;
}
