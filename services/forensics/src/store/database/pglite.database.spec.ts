import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { ConfigInvalid, DependencyUnavailable, InvariantBroken } from '@whoran/kernel';
import { lockFolder } from './lock-folder.ts';
import { PgliteDatabase } from './pglite.database.ts';

const root = mkdtempSync(join(tmpdir(), 'whoran-forensics-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('PgliteDatabase', () => {
  it('keeps what is in its folder, one opener at a time, and takes turns', async () => {
    const folder = join(root, 'data');
    const database = await PgliteDatabase.open(folder);
    await expect(PgliteDatabase.open(folder)).rejects.toThrow(ConfigInvalid);
    await database.script('create table t (n int)');
    const failing = database.transaction(async (session) => {
      await session.query('insert into t values (1)');
      throw new Error('no');
    });
    const between = database.query('insert into t values (2)');
    await expect(failing).rejects.toThrow('no');
    await between;
    await expect(database.query('select nonsense')).rejects.toThrow(InvariantBroken);
    await database.close();
    await expect(database.query('select 1')).rejects.toThrow(DependencyUnavailable);

    const again = await PgliteDatabase.open(folder);
    expect(await again.query('select n from t')).toEqual([{ n: 2 }]);
    await again.close();
  }, 120_000);
});

describe('lockFolder', () => {
  it('takes over the lock of a process that was killed, and of one that wrote nonsense', () => {
    for (const content of ['999999999\n', 'x', '']) {
      const folder = join(root, `stale-${content.length}`);
      writeFileSync(`${folder}.lock`, content);
      lockFolder(folder).release();
    }
  });

  it('is refused while its owner lives', () => {
    const folder = join(root, 'alive');
    writeFileSync(`${folder}.lock`, `${process.ppid}\n`);
    expect(() => lockFolder(folder)).toThrow(`in use by process ${process.ppid}`);
  });
});
