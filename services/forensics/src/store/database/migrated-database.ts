import { DependencyUnavailable, type Logger, messageOf } from '@whoran/kernel';
import { SqlDatabase, type SqlSession } from './sql-database.ts';

/**
 * A database whose schema is brought up to date before its first statement. While that does not succeed everything rejects
 * with DependencyUnavailable and the next statement tries again, so a service may start before its database, and nothing is
 * lost to a schema that cannot be made.
 */
export class MigratedDatabase extends SqlDatabase {
  private migrating: Promise<void> | undefined;
  private problem = '';

  constructor(
    private readonly inner: SqlDatabase,
    private readonly migrate: (database: SqlDatabase) => Promise<void>,
    private readonly logger: Logger,
  ) {
    super();
  }

  override async query<Row>(text: string, values?: readonly unknown[]): Promise<readonly Row[]> {
    await this.ready();
    return this.inner.query<Row>(text, values);
  }

  override async script(text: string): Promise<void> {
    await this.ready();
    return this.inner.script(text);
  }

  override async transaction<T>(work: (session: SqlSession) => Promise<T>): Promise<T> {
    await this.ready();
    return this.inner.transaction(work);
  }

  override close(): Promise<void> {
    return this.inner.close();
  }

  /** Those who come meanwhile wait for the same attempt. */
  private ready(): Promise<void> {
    this.migrating ??= this.migrate(this.inner).catch((error: unknown) => {
      this.migrating = undefined;
      const problem = messageOf(error);
      // An outage is one line in the log, and one more when its reason changes.
      if (problem !== this.problem) this.logger.error('store.not-migrated', { error: problem });
      this.problem = problem;
      throw new DependencyUnavailable(problem, { cause: error });
    });
    return this.migrating;
  }
}
