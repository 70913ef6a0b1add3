import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { isRecord } from '@whoran/kernel';
import { LABELS, routesFileSchema } from '@whoran/routing';
import { runInSpec } from '../spec-support/run-in-spec.ts';

const PAGE = readFileSync(new URL('../../../docs/routing.md', import.meta.url), 'utf8');
const dir = mkdtempSync(join(tmpdir(), 'whoran-'));

/** The first block of a language in docs/routing.md. */
function block(language: string): string {
  return new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(PAGE)?.[1] ?? '';
}

function fileOf(name: string, text: string): string {
  const file = join(dir, name);
  writeFileSync(file, text);
  return file;
}

/** The names of all settings that a schema has. */
function settingsIn(schema: unknown): readonly string[] {
  if (Array.isArray(schema)) return schema.flatMap(settingsIn);
  if (!isRecord(schema)) return [];
  const { properties } = schema;
  return [...(isRecord(properties) ? Object.keys(properties) : []), ...Object.values(schema).flatMap(settingsIn)];
}

describe('the example of docs/routing.md', () => {
  const routes = fileOf('routes.yaml', block('yaml'));
  const alert = fileOf('alert.json', block('json'));
  const [check = '', test = ''] = (/```\n(\$ npx .*?)```/s.exec(PAGE)?.[1] ?? '')
    .split('\n\n')
    .map((shown) => shown.trimEnd().replace(/^.*\n/, ''));
  const run = async (...argv: readonly string[]) => (await runInSpec(['routes', ...argv])).stdout.replace(`${dir}/`, '');

  it('can be used', async () => {
    expect(await run('check', routes)).toBe(`${check}\n`);
  });
  it('routes as the page shows', async () => {
    expect(await run('test', routes, '--alert', alert, '--at', '2026-01-31T22:00:00Z')).toBe(`${test}\n\n`);
  });
  it('wakes people for tokens that are stolen', async () => {
    const stolen = fileOf('stolen.json', block('json').replace('"rule"', '"source": "whoran", "rule"'));
    const receivers = ['--expect', 'pager'];
    expect((await runInSpec(['routes', 'test', routes, '--alert', stolen, '--at', '2026-01-31T22:00:00Z', ...receivers])).status).toBe(0);
  });
});

describe('docs/routing.md', () => {
  it('names every setting of the routes file', () => {
    const settings = new Set(settingsIn(routesFileSchema([])));
    expect(settings.size).toBeGreaterThan(35);
    expect([...settings].filter((name) => !PAGE.includes(name))).toEqual(['source_match_re', 'target_match_re']);
  });
  it('names every label', () => expect(Object.keys(LABELS).filter((name) => !PAGE.includes(`\`${name}\``))).toEqual([]));
});
