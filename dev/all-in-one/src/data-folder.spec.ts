import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ConfigInvalid } from '@whoran/kernel';
import { openDataFolder } from './data-folder.ts';

describe('the data folder', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'whoran-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('is made, and nobody else may look into it', () => {
    const folder = openDataFolder(join(root, 'a', 'data'));
    expect(statSync(folder.path).mode & 0o777).toBe(0o700);
  });

  it('is refused while another process has it, and free again once it is released', () => {
    writeFileSync(join(root, 'lock'), '1\n');
    expect(() => openDataFolder(root)).toThrow(/in use by process 1/);
    writeFileSync(join(root, 'lock'), `${process.pid}\n`);
    openDataFolder(root).release();
    openDataFolder(root).release();
  });

  it('is taken over from a process that was killed', () => {
    writeFileSync(join(root, 'lock'), '4194999\n');
    expect(() => openDataFolder(root)).not.toThrow();
  });

  it('must be a folder', () => {
    const file = join(root, 'file');
    writeFileSync(file, '');
    expect(() => openDataFolder(file)).toThrow(ConfigInvalid);
  });
});
