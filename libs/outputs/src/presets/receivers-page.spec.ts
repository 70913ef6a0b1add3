import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { outputKinds } from '@whoran/outputs';
import { Compile } from 'typebox/compile';
import { parse } from 'yaml';
import { OWN_FILTERS } from '../templates/filters.ts';
import { templateNames } from '../templates/names.ts';
import { issuesOf } from '../spec-support/open-output.ts';

const page = readFileSync(join(import.meta.dirname, '../../../../docs/receivers.md'), 'utf8');
const KEY = 'a'.repeat(32);

describe('docs/receivers.md', () => {
  it('has an example that can be used', () => {
    const [, example = ''] = /```yaml\n(.*?)```/s.exec(page) ?? [];
    const { receivers } = parse(example) as { readonly receivers: readonly Readonly<Record<string, unknown>>[] };
    const files = { '/secrets/slack-url': 'https://hooks.slack.com/x', '/secrets/es': KEY, '/secrets/oauth': KEY, '/tls/ca.crt': '' };
    for (const { name: _, ...entry } of receivers) {
      const [kind, settings] = Object.entries(entry)[0] ?? [];
      const found = outputKinds.find((other) => other.kind === kind);
      if (!found) throw new Error(`no kind ${String(kind)}`);
      expect(Compile(found.schema).Errors(settings)).toEqual([]);
      expect(issuesOf(found, settings, { files, env: { PAGERDUTY_KEY: KEY } })).toEqual([]);
    }
    expect(receivers).toHaveLength(4);
  });
  it('names everything that templates see, and every filter of ours', () => {
    const { alert, ...names } = templateNames([]);
    const words = new Set(page.match(/[a-z_0-9A-Z]+/g));
    const all = [...Object.keys(names), 'texts', ...Object.keys(typeof alert === 'object' ? alert : {}), ...Object.keys(OWN_FILTERS)];
    expect(all.filter((name) => !words.has(name))).toEqual([]);
  });
});
