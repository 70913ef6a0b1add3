import type { Logger } from '@whoran/kernel';
import { migrate } from './migrate.ts';
import { PgliteDatabase } from './database/pglite.database.ts';
import { PostgresDatabase } from './database/postgres.database.ts';
import { SqlStore } from './sql-store.ts';
import type { Store } from './store.ts';

/** Which database to use: the server of `url`, or without one the embedded one in `folder` (`memory` keeps nothing). */
export interface StoreSettings {
  readonly url: string;
  readonly folder: string;
}

/** Opens the database and brings its schema up to date. */
export async function openStore(settings: StoreSettings, logger: Logger): Promise<Store> {
  const database = settings.url === '' ? await PgliteDatabase.open(settings.folder) : PostgresDatabase.open(settings.url, logger);
  try {
    await migrate(database, logger);
  } catch (error) {
    await database.close();
    throw error;
  }
  return new SqlStore(database);
}
