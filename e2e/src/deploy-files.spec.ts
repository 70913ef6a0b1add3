import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { runCli } from '@whoran/cli';
import type { CheckRecord } from '@whoran/forensics-api';
import { parse, parseAllDocuments } from 'yaml';
import { webhookConfiguration } from './cluster/webhook-configuration.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string) => readFileSync(`${ROOT}${path}`, 'utf8');

describe('the files that operators copy', () => {
  const files = globSync(['deploy/**/*.yaml', 'deploy/falco/*.snippet', 'docker-compose.yml'], { cwd: ROOT });

  it.each(files)('%s is YAML', (file) => {
    const documents = parseAllDocuments(read(file));
    if (!Array.isArray(documents)) throw new Error(`${file} is empty`);
    expect(documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([]);
  });

  it('pass the checks of whoran doctor, without a warning', async () => {
    let text = '';
    const stdout = { write: (part: string) => void (text += part) };
    const options = [
      '--falco-config',
      `${ROOT}deploy/falco/falco.yaml.snippet`,
      '--falco-rules',
      `${ROOT}deploy/falco/whoran-rules.yaml`,
      '--audit-policy',
      `${ROOT}deploy/kubernetes/audit-policy.yaml`,
    ];
    const status = await runCli(['doctor', '--offline', '-o', 'json', ...options], { stdout, stderr: stdout, env: {}, isTty: false });
    const checks = JSON.parse(text) as CheckRecord[];
    expect(checks.filter((check) => check.status !== 'ok')).toEqual([]);
    expect([status, checks.length > 10]).toEqual([0, true]);
  });

  it('name the webhook as the audit-ingester expects it, and none of the test changes its rules', () => {
    const file = parse(read('deploy/kubernetes/mutating-webhook.yaml')) as { webhooks: readonly Record<string, unknown>[] };
    const made = webhookConfiguration('n', 'ns', { url: 'https://h/mutate', ca: 'pem' }) as typeof file;
    const { clientConfig: _address, namespaceSelector: _namespaces, ...rest } = file.webhooks[0] ?? {};
    expect(made.webhooks[0]).toMatchObject({
      ...rest,
      name: 'exec.whoran.dev',
      clientConfig: { url: 'https://h/mutate', caBundle: 'cGVt' },
    });
  });

  it('send every field that the recordings have, so that what is measured is what is deployed', () => {
    const snippet = parse(read('deploy/falco/falco.yaml.snippet')) as { append_output: readonly { extra_fields: readonly string[] }[] };
    const sent = new Set(snippet.append_output[0]?.extra_fields);
    const lines = read('recordings/exec-a/falco.jsonl').trim().split('\n');
    const lineage = lines
      .map((line) => JSON.parse(line) as { tags: readonly string[]; output_fields: object })
      .filter(({ tags }) => tags.includes('lineage'));
    const recorded = new Set(lineage.flatMap(({ output_fields: fields }) => Object.keys(fields)));
    expect([...recorded].filter((field) => !sent.has(field))).toEqual(['evt.time.iso8601']);
  });
});
