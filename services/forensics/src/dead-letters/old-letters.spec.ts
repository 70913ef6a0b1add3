import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { SilentLogger } from '@whoran/kernel';
import { PgliteDatabase } from '../store/database/pglite.database.ts';
import { migrate } from '../store/migrate.ts';
import { aLetter } from '../testing/dead-letters.suite.ts';
import { intake } from '../testing/store-in-suite.ts';
import { deadLetterRow } from './dead-letter-row.ts';
import { SqlDeadLetterStore } from './sql-dead-letter-store.ts';

const FIRST = '0001-tables.sql';

it('letters from before payloads were kept are open, and can be replayed once they have come again', async () => {
  const database = await PgliteDatabase.open('memory');
  await database.script(readFileSync(new URL(`../store/migrations/${FIRST}`, import.meta.url), 'utf8'));
  await database.script('create table whoran.migrations (name text primary key, applied_at timestamptz not null default now())');
  await database.query('insert into whoran.migrations (name) values ($1)', [FIRST]);
  await database.query(
    "insert into whoran.dead_letters (id, time_ns, stored_ms, stage, reason, error, attempts) values ('old', 1, 1, 's', 'r', 'e', 2)",
  );
  await migrate(database, new SilentLogger());
  const letters = new SqlDeadLetterStore(database);
  expect(await letters.detail('old')).toEqual({
    id: 'old',
    time: '1970-01-01T00:00:00.000000001Z',
    stage: 's',
    reason: 'r',
    error: 'e',
    attempts: 2,
    state: 'open',
    truncated: false,
    replayable: false,
    replays: 0,
  });
  expect(await letters.replayable(['old'])).toEqual([]);
  await letters.save([deadLetterRow(aLetter({ id: 'old', attempts: 1 }), intake)]);
  expect(await letters.records(['old'])).toEqual([expect.objectContaining({ attempts: 3, replayable: true })]);
  await database.close();
}, 60_000);
