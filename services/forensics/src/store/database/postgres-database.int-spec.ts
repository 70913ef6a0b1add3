import { describe, expect, it } from '@jest/globals';
import { ConfigInvalid, DependencyUnavailable, InvariantBroken, SilentLogger } from '@whoran/kernel';
import { freshDatabase } from '../../testing/fresh-database.ts';
import { migrate } from '../migrate.ts';
import { openStore } from '../open-store.ts';
import { PostgresDatabase } from './postgres.database.ts';

const logger = new SilentLogger();

describe('PostgresDatabase', () => {
  it('tells a database that is away from a statement that is wrong', async () => {
    const database = PostgresDatabase.open(await freshDatabase(), logger);
    await expect(database.query('select nonsense')).rejects.toThrow(InvariantBroken);
    await expect(database.query(`select $1::json`, ['{"a":"\\u0000'])).rejects.toThrow(InvariantBroken);
    // As when the server is restarted: the connection is cut, and the next query has a new one.
    await expect(database.query('select pg_terminate_backend(pg_backend_pid())')).rejects.toThrow(DependencyUnavailable);
    expect(await database.query('select 1 as one')).toEqual([{ one: 1 }]);
    await database.close();
  });

  it('waits for a server that does not listen, without its password in the message', async () => {
    const database = PostgresDatabase.open('postgres://jane:s3cret@127.0.0.1:1/whoran', logger);
    const error: unknown = await database.query('select 1').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DependencyUnavailable);
    expect(String(error)).not.toContain('s3cret');
    await database.close();
  });

  it('rolls back a transaction that fails', async () => {
    const database = PostgresDatabase.open(await freshDatabase(), logger);
    await database.script('create table t (n int)');
    const failing = database.transaction(async (session) => {
      await session.query('insert into t values (1)');
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await database.query('select * from t')).toEqual([]);
    await database.close();
  });
});

describe('migrate', () => {
  it('may run in several replicas at once, and again', async () => {
    const url = await freshDatabase();
    const stores = await Promise.all([1, 2, 3].map(() => openStore({ url, folder: '' }, logger)));
    await Promise.all(stores.map((store) => store.ping()));
    await Promise.all(stores.map((store) => store.close()));
  });

  it('refuses a schema that a later version made', async () => {
    const database = PostgresDatabase.open(await freshDatabase(), logger);
    await migrate(database, logger);
    await database.query("insert into whoran.migrations (name) values ('9999-later.sql')");
    await expect(migrate(database, logger)).rejects.toThrow(ConfigInvalid);
    await database.close();
  });
});
