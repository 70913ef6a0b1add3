import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Comparison } from './compare.ts';
import { readEvents } from './read-events.ts';
import { readyRules } from './ready-rules.ts';
import { reportOn } from './report-on.ts';
import { hasDifferences, jsonReport, textReport } from './report.ts';

let folder = '';
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'recording-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const time = (second: number) => `2026-01-01T00:00:0${second}.000000001Z`;
/** A line of Falco about the event of that number. */
const line = (rule: string, number: number, fields: Readonly<Record<string, unknown>>, more: object = {}) => ({
  ...{ rule, source: 'syscall', priority: 'Notice', message: `seen ${String(fields['proc.name'])}`, tags: ['b', 'a'] },
  ...{ hostname: 'node-a', time: time(number), output_fields: { 'evt.num': number, 'evt.type': 'execve', ...fields }, ...more },
});
const rule = (name: string, condition: string) =>
  `- {rule: ${name}, desc: d, condition: '${condition}', output: seen %proc.name, priority: notice, tags: [a, b]}\n`;

async function compare(lines: readonly object[], files: readonly string[]): Promise<Comparison> {
  writeFileSync(join(folder, 'falco.jsonl'), lines.map((each) => JSON.stringify(each)).join('\n'));
  const paths = files.map((_, index) => join(folder, `${index}.yaml`));
  paths.forEach((path, index) => writeFileSync(path, files[index] ?? ''));
  const { falco } = reportOn(readyRules(paths), await readEvents(folder));
  if (falco === undefined) throw new Error('nothing was compared');
  return falco;
}

const found = ({ differences }: Comparison) => differences.map(({ rule: name, event, what }) => `${name} ${event.slice(0, 9)} ${what}`);

describe("rules beside Falco's alerts", () => {
  const programs = rule('program', 'evt.type = execve');
  const shell = rule('shell', 'proc.name = sh');

  it('agree', async () => {
    const events = [
      line('program', 1, { 'proc.name': 'sh' }),
      line('shell', 1, { 'proc.name': 'sh' }),
      line('program', 2, { 'proc.name': 'id' }),
    ];
    const comparison = await compare(events, [programs + shell]);
    expect(found(comparison)).toEqual([]);
    expect(comparison.matching).toBe('all');
    expect(comparison.rules).toMatchObject([
      { rule: 'program', decided: 2, matches: 2, falcoAlerts: 2, loaded: true },
      { rule: 'shell', decided: 2, matches: 1, falcoAlerts: 1, falcoAlertsDecided: 1, lacks: [] },
    ]);
  });

  it('differ in either direction', async () => {
    const events = [
      line('program', 1, { 'proc.name': 'sh' }),
      line('shell', 2, { 'proc.name': 'id' }),
      line('program', 2, { 'proc.name': 'id' }),
    ];
    expect(found(await compare(events, [programs + shell]))).toEqual(['shell evt.num 1 only-rules', 'shell evt.num 2 only-falco']);
  });

  it('are judged as far as the fields go', async () => {
    const events = [line('owner', 1, { 'proc.name': 'sh' }), line('owner', 2, { 'proc.name': 'sh', 'user.name': 'root' })];
    const comparison = await compare(events, [rule('owner', 'proc.name exists and user.name = root')]);
    expect(found(comparison)).toEqual([]);
    expect(comparison.rules).toMatchObject([{ decided: 1, matches: 1, falcoAlerts: 2, falcoAlertsDecided: 1, lacks: ['user.name'] }]);
  });

  it('need no alert if Falco had not loaded them, or had stopped before them', async () => {
    const events = [line('program', 1, { 'proc.name': 'sh' }), line('other', 2, { 'proc.name': 'sh' })];
    const [before, after] = [programs + shell, shell + programs];
    expect(found(await compare(events, [before]))).toEqual([]);
    expect(found(await compare(events, [after]))).toEqual(['shell evt.num 1 only-rules']);
    const apart = await compare(events, [shell, programs]);
    expect(found(apart)).toEqual([]);
    expect([apart.matching, apart.unknownRules, apart.rules[0]?.loaded]).toEqual(['first', new Map([['other', 1]]), false]);
  });

  it.each<[string, object]>([
    ['priority', { priority: 'Warning' }],
    ['tags', { tags: ['a'] }],
    ['message', { message: 'seen nothing' }],
    ['field proc.name', { output_fields: { 'evt.type': 'execve', 'evt.num': 1, 'evt.args': 'x' } }],
  ])('write alerts that differ in %s', async (what, more) => {
    const expected = what.startsWith('field') ? { message: 'seen <NA>' } : {};
    const comparison = await compare([line('program', 1, { 'proc.name': 'sh' }, { ...expected, ...more })], [programs]);
    expect(found(comparison)).toEqual([`program evt.num 1 ${what}`]);
  });

  it('may have less to say than Falco with append_output', async () => {
    const more = { message: 'seen sh container=api', tags: ['a', 'b'] };
    expect(found(await compare([line('program', 1, { 'proc.name': 'sh', 'container.name': 'api' }, more)], [programs]))).toEqual([]);
  });

  it('are reported', async () => {
    const falco = await compare([line('shell', 1, { 'proc.name': 'id\u001b' })], [shell + rule('pipe', 'fd.type = pipe')]);
    const report = { falco: { ...falco, events: 1 } };
    expect(hasDifferences(report)).toBe(true);
    expect(jsonReport(report)).toMatchObject({ falco: { differences: [{ what: 'only-falco' }], unknownRules: {} } });
    expect(textReport(report)).toEqual([
      'Falco: 1 events, rule_matching: first, or all',
      '',
      'rules decided for every event (1)',
      '  alerts of Falco  matches  events of its types  loaded by Falco  rule',
      '  1                0        1                    yes              shell',
      '',
      'rules not decided for every event (1)',
      '  alerts of Falco  where decided  matches  decided  loaded by Falco  rule  lacks',
      '  0                0              0        0        yes              pipe  fd.type',
      '',
      'differences (1)',
      '  shell: evt.num 1 at 1767225601000000001: Falco raised an alert, the rule does not match',
      '',
      'rules that Falco had loaded: 2; its alerts: 1, decided 1; matches where decided: 0',
      '',
    ]);
  });
});
