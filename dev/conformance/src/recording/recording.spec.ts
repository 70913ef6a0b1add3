import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readOptions } from './options.ts';
import { readEvents } from './read-events.ts';
import { readyRules } from './ready-rules.ts';
import { reportOn } from './report-on.ts';
import type { RecordingReport } from './report.ts';

const here = (path: string) => fileURLToPath(new URL(`../../../../${path}`, import.meta.url));
const LINEAGE = here('deploy/falco/whoran-rules.yaml');
const SHIPPED = ['whoran-audit-rules.yaml', 'whoran-network-rules.yaml'].map((name) => here(`deploy/rules/${name}`));

let folder = '';
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'recording-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** A file of its own in the folder. */
function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

const report = async (files: readonly string[]): Promise<RecordingReport> =>
  reportOn(readyRules(files), await readEvents(here('recordings/exec-a')));

describe('the recording exec-a', () => {
  it("has exactly the lineage rules' alerts of Falco", async () => {
    const { falco, audit } = await report([LINEAGE]);
    expect(falco).toMatchObject({ events: 611, matching: 'all', differences: [] });
    expect(falco?.rules.map(({ matches, falcoAlerts, decided }) => [matches, falcoAlerts, decided])).toEqual([
      [250, 250, 611],
      [354, 354, 611],
    ]);
    expect(audit).toBeUndefined();
  });

  it('contradicts rules that are not those of Falco', async () => {
    const other = file('other.yaml', '- {rule: Container process forked, condition: and proc.name != sh, override: {condition: append}}\n');
    const { falco } = await report([LINEAGE, other]);
    expect(falco?.differences.length).toBeGreaterThan(0);
    expect(new Set(falco?.differences.map(({ rule, what }) => `${rule}: ${what}`))).toEqual(
      new Set(['Container process forked: only-falco']),
    );
  });

  it('has what the shipped rules are to find in its audit events, and none of the connections that they watch', async () => {
    const local = file(
      'local.yaml',
      `- {macro: whoran_any_node_may_join, condition: (whoran_never)}
- {list: whoran_allowed_nodes, items: [node-a]}
- {rule: Full K8s Administrative Access, enabled: true, override: {enabled: replace}}
- {rule: Full K8s Administrative Access by Group, enabled: true, override: {enabled: replace}}
- {list: whoran_watched_namespaces, items: [payments]}
- {list: whoran_watched_images, items: [localhost/debian]}
`,
    );
    const counts = ({ audit }: RecordingReport) => audit?.alerts.map(({ rule, all }) => [rule, all]);
    expect(counts(await report(SHIPPED))).toEqual([
      ['Ingress Object without TLS Certificate Created', 1],
      ['Untrusted Node Successfully Joined the Cluster', 0],
      ['Untrusted Node Unsuccessfully Tried to Join the Cluster', 0],
    ]);
    const strict = await report([...SHIPPED, local]);
    expect(counts(strict)).toEqual([
      ['Full K8s Administrative Access', 25],
      ['Full K8s Administrative Access by Group', 25],
      ['Ingress Object without TLS Certificate Created', 1],
      ['Untrusted Node Successfully Joined the Cluster', 1],
      ['Untrusted Node Unsuccessfully Tried to Join the Cluster', 1],
    ]);
    expect(strict.falco?.rules.map(({ rule, matches, eventsOfItsTypes }) => [rule, matches, eventsOfItsTypes])).toEqual([
      ['Network Connection outside Local Subnet', 0, 0],
      ['Outbound or Inbound Traffic not to Authorized Server Process and Port', 0, 0],
    ]);
  });
});

describe('a folder that is no recording', () => {
  it('is refused, with the line that is wrong', async () => {
    await expect(readEvents(join(folder, 'none'))).rejects.toThrow('no such folder');
    await expect(readEvents(folder)).rejects.toThrow('neither falco.jsonl nor audit.jsonl');
    file('falco.jsonl', '\n{"rule":"a","priority":"Notice","time":"2026-01-01T00:00:00Z","output_fields":{}}\n[]');
    await expect(readEvents(folder)).rejects.toThrow('falco.jsonl line 3: it is no JSON object');
  });

  it.each([
    ['{', 'not JSON'],
    ['{"priority":"Notice"}', 'no rule or no priority'],
    ['{"rule":"a","priority":"Notice","time":"yesterday"}', 'no time'],
    ['{"rule":"a","priority":"Notice","time":"2026-01-01T00:00:00Z"}', 'no output_fields'],
    ['{"rule":"a","priority":"Notice","source":"aws_cloudtrail"}', 'only system calls can be compared'],
  ])('has %s', async (text, message) => {
    file('falco.jsonl', text);
    await expect(readEvents(folder)).rejects.toThrow(message);
  });

  it('may have audit events that no API server wrote', async () => {
    file('audit.jsonl', '{"kind":"Event","stageTimestamp":"2026-01-01T00:00:00Z","user":"jane"}');
    expect((await readEvents(folder)).audit).toMatchObject([{ source: 'k8s_audit', document: { user: 'jane' } }]);
    file('audit.jsonl', '{"kind":"Event"}');
    await expect(readEvents(folder)).rejects.toThrow("audit.jsonl line 1: can't read stageTimestamp");
  });

  it('is refused with rules that are none', () => {
    expect(() => readyRules([join(folder, 'none.yaml')])).toThrow('none.yaml');
    expect(() => readyRules([file('a.yaml', '- rule: a\n')])).toThrow(/a\.yaml:1: .*\(LOAD_ERR_YAML_VALIDATE\)/);
  });
});

describe('the command line', () => {
  it.each<[string, unknown]>([
    ['rec --rules a b --rules c --json', { kind: 'run', folder: 'rec', rules: ['a', 'b', 'c'], json: true }],
    ['rec --rules=a', { kind: 'run', folder: 'rec', rules: ['a'], json: false }],
    ['--help', { kind: 'help', text: expect.stringContaining('--json') }],
    ['', 'name one recording, before --rules'],
    ['--rules a b', 'name one recording, before --rules'],
    ['rec more --rules a', 'name one recording, before --rules'],
    ['rec', 'name rule files behind --rules'],
  ])('%s', (words, expected) => {
    const command = readOptions(words.split(' ').filter((word) => word !== ''));
    expect(command.ok ? command.value : command.error).toEqual(expected);
  });
});
