import { describe, expect, it } from '@jest/globals';
import { ConfigInvalid, DependencyUnavailable, SilentLogger } from '@whoran/kernel';
import { openStore } from '../open-store.ts';
import { MigratedDatabase } from './migrated-database.ts';
import { SqlDatabase, type SqlSession } from './sql-database.ts';

class Recording extends SqlDatabase {
  readonly said: string[] = [];
  override async query<Row>(text: string): Promise<readonly Row[]> {
    this.said.push(text);
    return [];
  }
  override async script(text: string): Promise<void> {
    this.said.push(text);
  }
  override transaction<T>(work: (session: SqlSession) => Promise<T>): Promise<T> {
    return work(this);
  }
  override async close(): Promise<void> {
    this.said.push('close');
  }
}

describe('a database that was away at the start', () => {
  it('gets its schema before anything else, once, and not before it answers', async () => {
    const inner = new Recording();
    const failures: Error[] = [new DependencyUnavailable('away'), new ConfigInvalid('made by a later version')];
    let migrations = 0;
    const migrate = async () => {
      migrations += 1;
      const failure = failures.shift();
      if (failure) throw failure;
      inner.said.push('migrate');
    };
    const database = new MigratedDatabase(inner, migrate, new SilentLogger());
    await expect(Promise.all([database.query('a'), database.script('b')])).rejects.toThrow(/^away$/);
    expect(migrations).toBe(1);
    // Not as ConfigInvalid: what a handler fails at for good becomes a dead letter.
    await expect(database.transaction(() => Promise.resolve(1))).rejects.toThrow(DependencyUnavailable);
    expect(await Promise.all([database.query('c'), database.script('d'), database.transaction(async () => 2)])).toEqual([[], undefined, 2]);
    expect(inner.said).toEqual(['migrate', 'c', 'd']);
    expect(migrations).toBe(3);
    await database.close();
    expect(inner.said.at(-1)).toBe('close');
  });

  it('keeps no service from starting', async () => {
    const store = await openStore({ url: 'postgres://nobody@127.0.0.1:1/none', folder: '' }, new SilentLogger());
    await expect(store.ping()).rejects.toThrow(DependencyUnavailable);
    await store.close();
  });
});
