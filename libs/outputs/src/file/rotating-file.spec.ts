import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RotatingFile } from './rotating-file.ts';

let folder: string;
let path: string;
let files: RotatingFile[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'whoran-spec-'));
  path = join(folder, 'alerts.jsonl');
  files = [];
});
afterEach(async () => {
  await Promise.all(files.map((file) => file.close()));
  rmSync(folder, { recursive: true, force: true });
});

function open(different: { maxSize?: number; keep?: number; path?: string } = {}): RotatingFile {
  const file = new RotatingFile({ path, maxSize: 100, keep: 2, fsync: true, ...different });
  files.push(file);
  return file;
}

const read = (name: string) => readFileSync(name, 'utf8');

describe('a file that is rotated', () => {
  it('has the lines in the order in which they came', async () => {
    const file = open({ maxSize: 10_000 });
    await Promise.all(Array.from({ length: 100 }, (_, number) => file.append([`${number}a`, `${number}b`])));
    expect(read(path)).toBe(Array.from({ length: 100 }, (_, number) => `${number}a\n${number}b\n`).join(''));
  });
  it('keeps as many older files as it is told, the newest with the lowest number', async () => {
    const file = open();
    for (const letter of 'abcde') await file.append([letter.repeat(60)]);
    expect(readdirSync(folder).sort()).toEqual(['alerts.jsonl', 'alerts.jsonl.1', 'alerts.jsonl.2']);
    expect([path, `${path}.1`, `${path}.2`].map((name) => read(name).charAt(0))).toEqual(['e', 'd', 'c']);
  });
  it('splits no line, however long', async () => {
    const file = open();
    await file.append(['a']);
    await file.append(['x'.repeat(1000)]);
    await file.append(['b']);
    expect([read(`${path}.2`), read(`${path}.1`).length, read(path)]).toEqual(['a\n', 1001, 'b\n']);
  });
  it('goes on where another process ended, and cuts off the line that it did not finish', async () => {
    const file = open({ maxSize: 1_000_000 });
    writeFileSync(path, `whole\n${'x'.repeat(200_000)}`);
    await file.append(['next']);
    expect(read(path)).toBe('whole\nnext\n');
    writeFileSync(`${path}2`, 'no whole line');
    await open({ path: `${path}2` }).append(['first']);
    expect(read(`${path}2`)).toBe('first\n');
  });
  it('begins a new one when somebody else took it away', async () => {
    const file = open();
    await file.append(['a']);
    renameSync(path, join(folder, 'taken'));
    await file.append(['b']);
    expect([read(join(folder, 'taken')), read(path)]).toEqual(['a\n', 'b\n']);
    rmSync(path);
    await file.append(['c']);
    expect(read(path)).toBe('c\n');
  });
  it('waits for its folder, and writes once that is there', async () => {
    const file = open({ path: join(folder, 'later', 'alerts') });
    await expect(file.append(['a'])).rejects.toThrow('ENOENT');
    mkdirSync(join(folder, 'later'));
    await file.append(['a']);
    expect(read(join(folder, 'later', 'alerts'))).toBe('a\n');
  });
  it('writes into nothing but a file', async () => {
    writeFileSync(join(folder, 'target'), '');
    symlinkSync(join(folder, 'target'), path);
    await expect(open().append(['a'])).rejects.toThrow('ELOOP');
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    await expect(open({ path: join(folder, 'pipe') }).append(['a'])).rejects.toThrow('it is not a file');
    await expect(open({ path: folder }).append(['a'])).rejects.toThrow('EISDIR');
    expect([read(join(folder, 'target')), existsSync(`${path}.1`)]).toEqual(['', false]);
  });
});
