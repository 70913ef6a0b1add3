/** Runs statements. `values` replace `$1`, `$2`, …; rows come with columns as the database names them. */
export interface SqlSession {
  query<Row>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** Runs several statements without values. */
  script(text: string): Promise<void>;
}

/**
 * A PostgreSQL, embedded or real; above this nothing knows which. Every method rejects with DependencyUnavailable while
 * the database does not answer, and with another error when a statement is wrong.
 */
export abstract class SqlDatabase implements SqlSession {
  abstract query<Row>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  abstract script(text: string): Promise<void>;
  /** Runs the work in one transaction, which is rolled back if it fails. */
  abstract transaction<T>(work: (session: SqlSession) => Promise<T>): Promise<T>;
  abstract close(): Promise<void>;
}
