import { DependencyUnavailable, type Logger, messageOf } from '@whoran/kernel';
import { MigratedDatabase } from './database/migrated-database.ts';
import { PgliteDatabase } from './database/pglite.database.ts';
import { PostgresDatabase } from './database/postgres.database.ts';
import type { SqlDatabase } from './database/sql-database.ts';
import { migrate } from './migrate.ts';
import { SqlStore } from './sql-store.ts';
import type { Store } from './store.ts';

/** Which database to use: the server of `url`, or without one the embedded one in `folder` (`memory` keeps nothing). */
export interface StoreSettings {
  readonly url: string;
  readonly folder: string;
}

/**
 * Opens the database and brings its schema up to date, now or, when a server is away, as soon as it answers. Throws
 * ConfigInvalid for a database that a later version made.
 */
export async function openStore(settings: StoreSettings, logger: Logger): Promise<Store> {
  const database = settings.url === '' ? await PgliteDatabase.open(settings.folder) : PostgresDatabase.open(settings.url, logger);
  try {
    await migrate(database, logger);
    return new SqlStore(database);
  } catch (error) {
    if (settings.url !== '' && error instanceof DependencyUnavailable) return storeLater(database, logger, error);
    await database.close();
    throw error;
  }
}

function storeLater(database: SqlDatabase, logger: Logger, error: DependencyUnavailable): Store {
  logger.warn('store.away', { error: messageOf(error) });
  return new SqlStore(new MigratedDatabase(database, (away) => migrate(away, logger), logger));
}
