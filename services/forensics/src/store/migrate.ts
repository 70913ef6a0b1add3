import { readFileSync, readdirSync } from 'node:fs';
import { ConfigInvalid, type Logger, messageOf } from '@whoran/kernel';
import type { SqlDatabase, SqlSession } from './database/sql-database.ts';

const FOLDER = new URL('./migrations/', import.meta.url);
/** Any number, the same for all replicas: they migrate one after the other. */
export const SCHEMA_LOCK = 7_406_331;

/**
 * Brings the schema to the version of this program: the files of `migrations/` that were not applied yet, in order, in one
 * transaction. Throws ConfigInvalid for a schema that a later version made.
 */
export async function migrate(database: SqlDatabase, logger: Logger): Promise<void> {
  const names = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  await database.transaction(async (session) => {
    await session.query('select pg_advisory_xact_lock($1)', [SCHEMA_LOCK]);
    const applied = await appliedMigrations(session);
    const unknown = [...applied].find((name) => !names.includes(name));
    if (unknown !== undefined)
      throw new ConfigInvalid(
        `the database has migration ${unknown}, which this version does not know: run the later version, or another database`,
      );
    for (const name of names) {
      if (applied.has(name)) continue;
      await session.script(readFileSync(new URL(name, FOLDER), 'utf8'));
      await session.query('insert into whoran.migrations (name) values ($1)', [name]);
      logger.info('store.migrated', { migration: name });
    }
  });
  await indexText(database, logger);
}

async function appliedMigrations(session: SqlSession): Promise<ReadonlySet<string>> {
  await session.script(
    'create schema if not exists whoran; create table if not exists whoran.migrations (name text primary key, applied_at timestamptz not null default now())',
  );
  const rows = await session.query<{ name: string }>('select name from whoran.migrations');
  return new Set(rows.map(({ name }) => name));
}

/** Substring search is fast with pg_trgm, and right without it; a database user may not be allowed to add it. */
async function indexText(database: SqlDatabase, logger: Logger): Promise<void> {
  try {
    await database.transaction(async (session) => {
      await session.query('select pg_advisory_xact_lock($1)', [SCHEMA_LOCK]);
      await session.script(
        'create extension if not exists pg_trgm; create index if not exists events_text on whoran.events using gin (command_line gin_trgm_ops) where command',
      );
    });
  } catch (error) {
    logger.warn('store.text-index-missing', { error: messageOf(error), fix: 'create extension pg_trgm as a superuser, then start again' });
  }
}
