import { type Logger, messageOf } from '@whoran/kernel';
import pg from 'pg';
import { SqlDatabase, type SqlSession } from './sql-database.ts';
import { translateSqlError } from './sql-error.ts';

const CONNECT_TIMEOUT = 5000;
const STATEMENT_TIMEOUT = 30_000;
const MAX_CONNECTIONS = 8;

/** A PostgreSQL server, 14 or later, by URL. The URL is secret: it is in no message. */
export class PostgresDatabase extends SqlDatabase {
  private constructor(private readonly pool: pg.Pool) {
    super();
  }

  static open(url: string, logger: Logger): PostgresDatabase {
    const pool = new pg.Pool({
      connectionString: url,
      max: MAX_CONNECTIONS,
      connectionTimeoutMillis: CONNECT_TIMEOUT,
      statement_timeout: STATEMENT_TIMEOUT,
      query_timeout: STATEMENT_TIMEOUT + 5000,
      application_name: 'whoran-forensics',
    });
    // An idle connection that breaks is replaced at the next query.
    pool.on('error', (error) => logger.warn('store.connection-lost', { error: messageOf(error) }));
    return new PostgresDatabase(pool);
  }

  override query<Row>(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    return this.with((session) => session.query<Row>(text, values));
  }

  override script(text: string): Promise<void> {
    return this.with((session) => session.script(text));
  }

  override transaction<T>(work: (session: SqlSession) => Promise<T>): Promise<T> {
    return this.with(async (session) => {
      await session.script('begin');
      try {
        const result = await work(session);
        await session.script('commit');
        return result;
      } catch (error) {
        await session.script('rollback').catch(() => undefined); // the connection is gone, and the transaction with it
        throw error;
      }
    });
  }

  override close(): Promise<void> {
    return this.pool.end();
  }

  private async with<T>(work: (session: SqlSession) => Promise<T>): Promise<T> {
    const client = await this.pool.connect().catch((error: unknown) => {
      throw translateSqlError(error);
    });
    let broken = false;
    const run = async <R>(text: string, values?: readonly unknown[]) => {
      try {
        return (await client.query<R & pg.QueryResultRow>(text, values && [...values])).rows;
      } catch (error) {
        const translated = translateSqlError(error);
        broken ||= translated.name === 'DependencyUnavailable';
        throw translated;
      }
    };
    try {
      return await work({ query: (text, values = []) => run(text, values), script: async (text) => void (await run(text)) });
    } finally {
      client.release(broken);
    }
  }
}
