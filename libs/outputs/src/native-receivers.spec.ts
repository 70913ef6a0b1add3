import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { VirtualClock, ok } from '@whoran/kernel';
import { outputKinds } from '@whoran/outputs';
import { Check } from 'typebox/value';
import { parse } from 'yaml';

const PEM_FREE = /ca_file|cert_file|key_file/;
const page = readFileSync(new URL('../../../docs/native-receivers.md', import.meta.url), 'utf8');
const receivers = [...page.matchAll(/```yaml\n([^`]+)```/g)]
  .flatMap(([, text = '']) => (parse(text) as { receivers: Record<string, unknown>[] }).receivers)
  .map(({ name, ...settings }) => [String(name), settings] as const);

describe('the page about native receivers', () => {
  it('shows every kind that is not a preset', () => {
    const shown = new Set(receivers.flatMap(([, settings]) => Object.keys(settings)));
    expect([...shown].sort()).toEqual(['file', 'kafka', 'otlp', 's3', 'smtp', 'sns', 'sqs', 'stdout', 'syslog']);
  });
  it.each(receivers)('shows settings of %s that can be used', async (_, settings) => {
    const [[name, value] = []] = Object.entries(settings);
    const kind = outputKinds.find((candidate) => candidate.kind === name);
    if (!kind) throw new Error(`no kind ${name}`);
    expect(Check(kind.schema, value)).toBe(true);
    const host = { stdout: undefined as never, clock: new VirtualClock(), concurrency: 1 };
    const opened = kind.open(value, { ...host, readFile: () => ok('text'), readEnv: () => 'text' });
    // Certificates of the page are not there to be read.
    if (opened.ok) await opened.value.close();
    else expect(opened.error.map(({ item = '' }) => item)).toEqual(PEM_FREE.test(JSON.stringify(value)) ? ['/tls'] : []);
  });
});
