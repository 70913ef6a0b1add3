import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { runInSpec } from '../spec-support/run-in-spec.ts';

const PAGE = readFileSync(new URL('../../../docs/rules.md', import.meta.url), 'utf8');
const dir = mkdtempSync(join(tmpdir(), 'whoran-'));

/** The first block of a language in docs/rules.md. */
function block(language: string): string {
  return new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(PAGE)?.[1] ?? '';
}

function fileOf(name: string, text: string): string {
  const file = join(dir, name);
  writeFileSync(file, text);
  return file;
}

describe('the example of docs/rules.md', () => {
  const rules = fileOf('shadow.yaml', block('yaml'));
  const example = JSON.stringify(JSON.parse(block('json')));
  const alerts = async (event: string) => {
    const argv = ['rules', 'test', '--events', fileOf('events.jsonl', event), '--rules', rules, '-o', 'json'];
    return (JSON.parse((await runInSpec(argv)).stdout) as { rule: string }[]).map(({ rule }) => rule);
  };

  it('can be loaded without a warning', async () => {
    expect(await runInSpec(['rules', 'check', '--strict', rules])).toMatchObject({
      status: 0,
      stdout: '1 file can be loaded: 1 rule (1 on), 0 macros, 2 lists; 0 errors, 0 warnings\n',
    });
  });

  it.each([
    ['alerts on others than sre', example, ['Password file read by others than sre']],
    ['is silent about sre', example.replace('"dev"', '"sre"'), []],
    ['is silent about other files', example.replaceAll('/etc/shadow', '/etc/passwd'), []],
    ['is silent about what is no exec', example.replace('"kind":"exec"', '"kind":"attach"'), []],
    ['is silent where nobody is named', example.replace('"lineage"', '"ambiguous"'), []],
  ])('%s', async (_what, event, expected) => {
    expect(await alerts(event)).toEqual(expected);
  });
});
