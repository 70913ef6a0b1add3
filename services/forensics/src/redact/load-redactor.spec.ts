import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { ConfigInvalid } from '@whoran/kernel';
import { loadRedactor } from './load-redactor.ts';

const folder = mkdtempSync(join(tmpdir(), 'whoran-redact-'));
afterAll(() => rmSync(folder, { recursive: true }));
const fileOf = (content: string) => {
  const file = join(folder, 'patterns');
  writeFileSync(file, content);
  return file;
};

describe('loadRedactor', () => {
  it('adds the patterns of a file', () => {
    const redactor = loadRedactor({ on: true, file: fileOf('# ours\n\nACME-[0-9]{6}\n') });
    expect(redactor.text('use ACME-123456 --password x')).toBe('use [redacted] --password [redacted]');
    expect(redactor.argv(['use', 'ACME-123456'])).toEqual(['use', '[redacted]']);
  });

  it('does nothing when it is off', () => {
    expect(loadRedactor({ on: false, file: '' }).argv(['--password', 'x'])).toEqual(['--password', 'x']);
  });

  it('names every line that cannot be used', () => {
    expect(() => loadRedactor({ on: true, file: fileOf('ok\n(\nx*\n') })).toThrow(/line 2.*\n.*empty text.*line 3/);
    expect(() => loadRedactor({ on: true, file: join(folder, 'nothing') })).toThrow(ConfigInvalid);
  });

  it('takes patterns that would hang others', () => {
    const redactor = loadRedactor({ on: true, file: fileOf('(a+)+b') });
    expect(redactor.text('a'.repeat(5000))).toHaveLength(5000);
  });
});
