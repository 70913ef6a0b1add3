import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { DependencyUnavailable, messageOf } from '@whoran/kernel';
import { type FolderLock, lockFolder } from './lock-folder.ts';
import { SqlDatabase, type SqlSession } from './sql-database.ts';
import { translateSqlError } from './sql-error.ts';

/** As data folder: nothing is kept. */
export const IN_MEMORY = 'memory';

interface Reply {
  readonly id: number;
  readonly rows?: readonly unknown[];
  readonly error?: { readonly message: string; readonly code?: string };
}

interface Waiting {
  resolve(rows: readonly unknown[]): void;
  reject(error: Error): void;
}

type Kind = 'query' | 'script' | 'close';

/** The embedded PostgreSQL, in a folder or in memory. It has one connection, so statements and transactions take turns. */
export class PgliteDatabase extends SqlDatabase {
  private readonly waiting = new Map<number, Waiting>();
  private turn: Promise<unknown> = Promise.resolve();
  private lastId = 0;
  private ended: Error | undefined;
  private readonly session: SqlSession = {
    query: async <Row>(text: string, values: readonly unknown[] = []) => (await this.send('query', text, values)) as readonly Row[],
    script: async (text) => void (await this.send('script', text)),
  };

  private constructor(
    private readonly worker: Worker,
    private readonly lock: FolderLock | undefined,
  ) {
    super();
    worker.on('message', (reply: Reply) => this.settle(reply));
    worker.on('error', (error: Error) => this.end(error));
    worker.on('exit', () => this.end(new Error('the embedded database has ended')));
  }

  /** Opens the folder, which is made if it is missing. Rejects when another process has it. */
  static async open(folder: string): Promise<PgliteDatabase> {
    const path = folder === IN_MEMORY ? undefined : resolve(folder);
    if (path !== undefined) mkdirSync(path, { recursive: true, mode: 0o700 });
    const lock = path === undefined ? undefined : lockFolder(path);
    const worker = new Worker(new URL('./pglite-worker.mjs', import.meta.url), { workerData: { folder: path }, execArgv: [] });
    try {
      await new Promise((ready, failed) => worker.once('message', ready).once('error', failed));
    } catch (error) {
      lock?.release();
      throw new DependencyUnavailable(`the embedded database in ${folder} cannot be opened: ${messageOf(error)}`, { cause: error });
    }
    return new PgliteDatabase(worker, lock);
  }

  override query<Row>(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    return this.alone(() => this.session.query<Row>(text, values));
  }

  override script(text: string): Promise<void> {
    return this.alone(() => this.session.script(text));
  }

  override transaction<T>(work: (session: SqlSession) => Promise<T>): Promise<T> {
    return this.alone(async () => {
      await this.session.script('begin');
      try {
        const result = await work(this.session);
        await this.session.script('commit');
        return result;
      } catch (error) {
        await this.session.script('rollback').catch(() => undefined); // the worker has ended, and the transaction with it
        throw error;
      }
    });
  }

  override async close(): Promise<void> {
    await this.alone(() => this.send('close', ''));
    await this.worker.terminate();
    this.lock?.release();
  }

  private alone<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.turn.then(work);
    this.turn = mine.catch(() => undefined); // whoever asked gets the error
    return mine;
  }

  private send(kind: Kind, text: string, values: readonly unknown[] = []): Promise<readonly unknown[]> {
    if (this.ended) return Promise.reject(translateSqlError(this.ended));
    const id = (this.lastId += 1);
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage({ id, kind, text, values });
    });
  }

  private settle({ id, rows, error }: Reply): void {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (error) waiting?.reject(translateSqlError(Object.assign(new Error(error.message), { code: error.code })));
    else waiting?.resolve(rows ?? []);
  }

  private end(error: Error): void {
    this.ended ??= error;
    for (const { reject } of this.waiting.values()) reject(translateSqlError(error));
    this.waiting.clear();
  }
}
