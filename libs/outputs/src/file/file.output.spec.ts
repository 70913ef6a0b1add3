import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { encodeJson } from '@whoran/contracts';
import { falcoBody } from '@whoran/outputs';
import { aNotification, anAlert } from '@whoran/testing';
import { Check } from 'typebox/value';
import { attempt, openOutput } from '../spec-support/open-output.ts';
import { fileKind } from './file.output.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'whoran-spec-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a receiver that is a file', () => {
  it.each([[{}], [{ path: 'relative' }], [{ path: '/folder/' }], [{ path: '/x', max_size: 10 }], [{ path: '/x', keep: 0 }]])(
    'cannot be %j',
    (wrong) => expect(Check(fileKind.schema, wrong)).toBe(false),
  );
  it('gets a line for each alert, whatever is in it', async () => {
    const path = join(folder, 'alerts.jsonl');
    const output = openOutput(fileKind, { path });
    const hostile = anAlert({ rule: 'a\nb\u0000', output_fields: { 'proc.cmdline': 'x'.repeat(1_000_000) } });
    expect(await attempt(output, aNotification({ alerts: [anAlert(), hostile], total: 2 }))).toEqual({ kind: 'delivered' });
    const lines = [anAlert(), hostile].map((alert) => `${encodeJson(falcoBody(alert, false))}\n`);
    expect(readFileSync(path, 'utf8')).toBe(lines.join(''));
    await output.close();
  });
  it('can be told the notification as it is', async () => {
    const path = join(folder, 'notifications.jsonl');
    const output = openOutput(fileKind, { path, format: 'notification', fsync: 'never' });
    await attempt(output);
    expect(readFileSync(path, 'utf8')).toBe(`${encodeJson(aNotification())}\n`);
    await output.close();
  });
  it('tries again when it cannot be written', async () => {
    const output = openOutput(fileKind, { path: join(folder, 'none', 'alerts') });
    expect(await attempt(output)).toEqual({ kind: 'retry', error: expect.stringMatching(/^file: .*ENOENT/) });
    await output.close();
  });
});
