import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { runInSpec } from './spec-support/run-in-spec.ts';

const COMMANDS = [
  'commands',
  'sessions',
  'session',
  'alerts',
  'tail',
  'status',
  'doctor',
  'notifications',
  'silences',
  'silences list',
  'silences add',
  'silences expire',
  'silences preview',
  'responses',
  'responses list',
  'responses show',
  'dead-letters',
  'dead-letters list',
  'dead-letters show',
  'dead-letters replay',
  'dead-letters discard',
  'response',
  'response quarantine',
  'response end-session',
  'response disable-credentials',
  'response isolate-pod',
  'response list',
  'response show',
  'response approve',
  'response reject',
  'response undo',
  'response cluster-role',
  'routes',
  'routes check',
  'routes show',
  'routes test',
  'rules',
  'rules check',
  'rules list',
  'rules show',
  'rules test',
  'rules new',
  'topics',
  'topics apply',
  'topics check',
  'keys',
  'keys generate',
  'keys list',
  'keys retire',
  'completion',
  'version',
];

describe('help', () => {
  it('lists the commands when nothing is asked for', async () => {
    const { status, stdout, stderr } = await runInSpec([]);
    expect([status, stderr]).toEqual([0, '']);
    for (const name of COMMANDS.filter((command) => !command.includes(' '))) expect(stdout).toMatch(new RegExp(`^ {2}${name}\\b`, 'm'));
  });

  it.each(COMMANDS)('of %s ends with examples and fits the terminal', async (name) => {
    const { status, stdout } = await runInSpec([...name.split(' '), '--help'], { isTty: true, columns: 100 });
    expect(status).toBe(0);
    expect(stdout).toContain(`Usage: whoran ${name}`);
    expect(stdout).toMatch(/\nExamples:\n {2}# .+\n {2}(echo '.*)?\S*whoran \S/);
    expect(stdout).toContain('--token-file');
  });
});

describe('wrong usage', () => {
  it.each([
    ['an unknown command', ['comands'], 'Did you mean commands?'],
    ['an unknown option', ['commands', '--evidense', 'root'], 'Did you mean --evidence?'],
    ['an unknown value', ['commands', '--evidence', 'rot'], 'Allowed choices are lineage, root'],
    ['an unknown format', ['sessions', '-o', 'xml'], 'Allowed choices are table, json, ndjson, csv.'],
    ['a span that is none', ['commands', '--since', 'yesterday'], '24h'],
    ['a date that is none', ['commands', '--since', '2026-13-45'], 'a date such as'],
    ['a limit that is none', ['commands', '--limit', '0'], '--all lists every row'],
    ['two wishes at once', ['commands', '--all', '--limit', '5'], 'cannot be used with'],
    ['a missing argument', ['session'], "missing required argument 'id'"],
    ['too many arguments', ['session', 'a', 'b'], 'too many arguments'],
    ['a missing folder', ['keys', 'list'], '--dir'],
    ['a replay of nothing in particular', ['dead-letters', 'replay'], 'or say --all'],
    ['a replay of everything in particular', ['dead-letters', 'replay', '--all', '--service', 'x'], 'exclude each other'],
    ['ids and filters', ['dead-letters', 'replay', 'id', '--service', 'x'], 'ids stand alone'],
    ['too many letters', ['dead-letters', 'replay', '--all', '--limit', '501'], 'from 1 to 500'],
    ['a discard without a reason', ['dead-letters', 'discard', 'id'], "required option '--why <text>'"],
    ['a state that is none', ['dead-letters', '--state', 'lost'], 'Allowed choices are open, replayed, discarded, all'],
    ['a command that needs another', ['keys'], 'Usage: whoran keys'],
    ['a server that is no address', ['status', '--server', 'localhost'], 'such as http://127.0.0.1:8080'],
    ['a server with a password', ['status', '--server', 'http://u:secret@x'], 'takes a token'],
    ['a doctor without a patient', ['doctor', '--offline'], '--falco-config'],
    ['rule files that are not there', ['rules', 'check', '/nonexistent.yaml'], 'cannot read the rule files'],
    ['events that are not named', ['rules', 'test'], "required option '--events <file>'"],
    ['the number of no event', ['rules', 'test', '--events', 'x', '--event', '0'], 'from 1 on'],
    ['a rule that is not there', ['rules', 'show', 'Full K8s Administrative Acces'], 'did you mean "Full K8s Administrative Access"?'],
    ['a cluster without settings', ['rules', 'list', '--cluster', 'x'], '--cluster needs --settings'],
    ['a token file that is not there', ['status', '--token-file', '/nonexistent'], 'cannot read the token file'],
  ])('%s: status 2 and what to do', async (_what, argv, advice) => {
    const { status, stdout, stderr } = await runInSpec(argv);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(advice);
    expect(stderr).not.toContain('secret');
  });

  it.each([[['status', '--token', 'hunter2']], [['status', '--token=hunter2']]])(
    'a token on the command line is refused and not shown',
    async (argv) => {
      const { status, stderr } = await runInSpec(argv);
      expect(status).toBe(2);
      expect(stderr).toContain('WHORAN_TOKEN');
      expect(stderr).not.toContain('hunter2');
    },
  );

  it('shows control characters of the command line as escapes', async () => {
    const { stderr } = await runInSpec(['\u001b]0;x\u0007']);
    expect(stderr).toContain('\\x1b]0;x\\x07');
  });

  it('a token that no header can carry is refused', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'whoran-')), 'token');
    writeFileSync(file, 'two\r\nlines');
    const { status, stderr } = await runInSpec(['status', '--token-file', file]);
    expect([status, stderr]).toEqual([2, expect.stringContaining('one word')]);
    expect((await runInSpec(['status'], { env: { WHORAN_TOKEN: 'zwölf' } })).status).toBe(2);
  });
});

describe('version', () => {
  it('is that of the package', async () => {
    expect((await runInSpec(['version'])).stdout).toMatch(/^whoran \d+\.\d+\.\d+ \(Node \d+/);
    expect((await runInSpec(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
