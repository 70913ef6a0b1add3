import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { runInSpec } from '../spec-support/run-in-spec.ts';

const SHADOW = `- list: sre_groups
  items: [sre]
- macro: reading
  condition: evt.type in (open, openat)
- rule: Shadow read
  desc: Somebody outside the group sre read it.
  condition: >
    reading and fd.name = /etc/shadow and exec.kind = exec
    and not k8s.user.groups intersects (sre_groups)
  output: Shadow read (user=%k8s.user.name command=%proc.cmdline)
  priority: WARNING
  tags: [file]
- rule: Any open
  desc: d
  condition: reading
  output: open
  priority: NOTICE
  enabled: false
`;

function falcoEvent(group: string): string {
  const session = { id: 's', kind: 'exec', user: { username: 'jane', groups: [group] } };
  const fields = { 'evt.type': 'openat', 'fd.name': '/etc/shadow', 'proc.cmdline': 'cat \u001b[2J/etc/shadow' };
  return JSON.stringify({
    source: 'syscall',
    time: '2026-01-31T10:00:00Z',
    output_fields: fields,
    whoran: { attribution: { evidence: 'lineage', session } },
  });
}

describe('whoran rules', () => {
  let dir = '';
  let shadow = '';
  let events = '';
  const write = (name: string, text: string) => {
    const file = join(dir, name);
    writeFileSync(file, text);
    return file;
  };
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'whoran-'));
    shadow = write('shadow.yaml', SHADOW);
    events = write('events.jsonl', `${falcoEvent('dev')}\n${falcoEvent('sre')}\n`);
  });
  const rules = (...argv: readonly string[]) => runInSpec(['rules', ...argv]);

  describe('check', () => {
    it('says what can be loaded', async () => {
      expect(await rules('check', shadow)).toEqual({
        status: 0,
        stdout: '1 file can be loaded: 2 rules (1 on), 1 macro, 1 list; 0 errors, 0 warnings\n',
        stderr: '',
      });
      expect((await rules('check')).stdout).toMatch(/^\d+ files can be loaded/);
    });

    it('shows each problem with its place, its line and what to do', async () => {
      const file = write('bad.yaml', SHADOW.replace('fd.name =', 'fd.nmae ='));
      const { status, stdout } = await rules('check', file);
      expect(status).toBe(1);
      expect(stdout).toBe(
        `error: filter_check called with nonexistent field fd.nmae [LOAD_ERR_COMPILE_CONDITION]
 --> ${file}:8:17
  |
8 |     reading and fd.nmae = /etc/shadow and exec.kind = exec
  |                 ^^^^^^^
  = in: rule "Shadow read"
  = help: did you mean fd.name? docs/fields.md lists them all

1 file cannot be loaded: 1 error, 0 warnings
`,
      );
    });

    it('is read by programs, too', async () => {
      const file = write('bad.yaml', SHADOW.replace('reading and', 'readin and'));
      const { stdout } = await rules('check', file, '-o', 'json');
      expect(JSON.parse(stdout)).toEqual([
        expect.objectContaining({
          severity: 'error',
          code: 'LOAD_ERR_VALIDATE',
          file,
          line: 8,
          column: 5,
          item: 'rule "Shadow read"',
          hint: 'did you mean reading?',
        }),
      ]);
      expect((await rules('check', file, '-o', 'csv')).stdout).toMatch(/^severity,code,file,line,/);
    });

    it('counts warnings only if it is asked to', async () => {
      const file = write('odd.yaml', `${SHADOW}- list: unused\n  items: []\n`);
      expect(await rules('check', file)).toMatchObject({ status: 0, stdout: expect.stringContaining('LOAD_UNUSED_LIST') });
      expect(await rules('check', file, '--strict')).toMatchObject({ status: 1 });
      expect((await rules('check', file, '--errors-only')).stdout).not.toContain('LOAD_UNUSED_LIST');
    });

    it('warns of fields that Falco does not send', async () => {
      const file = write('blind.yaml', SHADOW.replace('fd.name =', 'fd.directory ='));
      expect((await rules('check', file, '--events', events)).stdout).toMatch(/does not send fd\.directory.*LOAD_FIELD_NOT_SENT/);
    });

    it('prints nothing that acts on the terminal', async () => {
      const file = write(
        'hostile.yaml',
        '- rule: "\\e]0;x\\a\u202e"\n  desc: d\n  condition: x.\u009b = 1 \u202e and\n  output: o\n  priority: INFO\n',
      );
      const { stdout } = await rules('check', file);
      expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      expect(stdout).toContain('\\x9b');
    });

    it('loads folders sorted, and what comes later may change what came before', async () => {
      mkdirSync(join(dir, 'rules.d'));
      write('rules.d/b.yml', '- rule: Shadow read\n  priority: ERROR\n  override: {priority: replace}\n');
      write('rules.d/a.yaml', SHADOW);
      write('rules.d/readme.txt', 'no rules');
      const { stdout } = await rules('list', join(dir, 'rules.d'), '-o', 'json');
      expect((JSON.parse(stdout) as { priority: string }[])[0]?.priority).toBe('Error');
    });
  });

  describe('list', () => {
    it('says which rules are on, and why', async () => {
      const { stdout } = await rules('list', shadow);
      expect(stdout).toMatch(/^RULE +SOURCE +PRIORITY +STATE +FILE +WHY\n/);
      expect(stdout).toMatch(/\nAny open +syscall +Notice +off .*disabled at .*shadow\.yaml:13\n/);
    });

    it('knows the settings, those of a cluster on top', async () => {
      const settings = write(
        'settings.yaml',
        `rules_files: [${shadow}]\nrules:\n  - enable: {rule: Any*}\nclusters:\n  prod:\n    rules:\n      - disable: {tag: file}\n`,
      );
      const lines = async (...more: readonly string[]) => {
        const { stdout } = await rules('list', '--settings', settings, '-o', 'json', ...more);
        return (JSON.parse(stdout) as { rule: string; state: string; why: string }[]).map(
          ({ rule, state, why }) => `${rule} ${state} ${why}`,
        );
      };
      expect(await lines()).toEqual(['Shadow read on as the file says', 'Any open on settings: enable rule Any*']);
      expect(await lines('--cluster', 'prod')).toEqual([
        'Shadow read off settings: disable tag file',
        'Any open on settings: enable rule Any*',
      ]);
    });

    it('refuses settings that say nothing sensible', async () => {
      const settings = write('settings.yaml', 'rules:\n  - enabel: {rule: x}\n');
      expect(await rules('list', '--settings', settings)).toMatchObject({ status: 2, stderr: expect.stringContaining('rules[0]') });
    });
  });

  describe('show', () => {
    it('puts lists and macros in, and says where everything comes from', async () => {
      const local = write('local.yaml', '- list: sre_groups\n  items: [oncall]\n  override: {items: append}\n');
      const { stdout } = await rules('show', 'shadow read', '--rules', shadow, local);
      expect(stdout).toContain('and not k8s.user.groups intersects (sre, oncall)');
      expect(stdout).toContain(`list sre_groups  ${shadow}:1, then ${local}:1 (appends to items)`);
      const json = JSON.parse((await rules('show', 'Shadow read', '--rules', shadow, '-o', 'json')).stdout) as { condition: string };
      expect(json.condition).toContain('evt.type in (open, openat)');
    });

    it('needs rules without errors', async () => {
      const file = write('bad.yaml', SHADOW.replace('reading and', 'readin and'));
      expect(await rules('show', 'Shadow read', '--rules', file)).toMatchObject({
        status: 1,
        stderr: expect.stringContaining('whoran rules check'),
      });
    });
  });

  describe('test', () => {
    it('says which rule fired on which event', async () => {
      const { status, stdout, stderr } = await rules('test', '--events', events, '--rules', shadow);
      expect(stdout).toMatch(
        /\n1 +2026-01-31 10:00:00 +Warning +Shadow read +Shadow read \(user=jane command=cat \\x1b\[2J\/etc\/shadow\)\n$/,
      );
      expect([status, stderr]).toEqual([0, '2 events, 1 rule: 1 alert by 1 rule\n']);
    });

    it('explains why, and why not', async () => {
      const { stdout } = await rules('test', '--events', events, '--rules', shadow, '--rule', 'Shadow*', '--explain');
      expect(stdout).toContain('yes  not k8s.user.groups intersects (sre)\n           k8s.user.groups is (dev)');
      expect(stdout).toContain('did not fire\n    no   not k8s.user.groups intersects (sre)\n         k8s.user.groups is (sre)\n');
    });

    it('runs rules that are off when they are named, and stops at the first match when asked to', async () => {
      const fired = async (...more: readonly string[]) => {
        const { stdout } = await rules('test', '--events', events, '--rules', shadow, '--rule', '*', '-o', 'ndjson', ...more);
        return stdout
          .trim()
          .split('\n')
          .map((line) => (JSON.parse(line) as { event: number; rule: string }).rule);
      };
      expect(await fired()).toEqual(['Shadow read', 'Any open', 'Any open']);
      expect(await fired('--rule-matching', 'first')).toEqual(['Shadow read', 'Any open']);
      expect(await fired('--event', '2')).toEqual(['Any open']);
    });

    it.each([
      ['what must fire', ['--expect', 'Shadow*'], 0],
      ['what must fire and does not', ['--expect', 'Shadow*', 'Other'], 1],
      ['silence that is none', ['--expect-none'], 1],
      ['silence', ['--expect-none', '--event', '2'], 0],
    ])('holds the outcome against %s', async (_what, argv, status) => {
      expect(await rules('test', '--events', events, '--rules', shadow, ...argv)).toMatchObject({ status });
    });

    it('fails when events cannot be read, or a rule is not there', async () => {
      const broken = write('broken.jsonl', `${falcoEvent('dev')}\nnonsense\n`);
      expect(await rules('test', '--events', broken, '--rules', shadow)).toMatchObject({
        status: 1,
        stderr: expect.stringContaining('line 2'),
      });
      expect(await rules('test', '--events', events, '--rules', shadow, '--rule', 'Shadow raed')).toMatchObject({
        status: 2,
        stderr: expect.stringContaining('did you mean Shadow read?'),
      });
    });

    it('names rules that look at what no event has', async () => {
      const file = write('blind.yaml', SHADOW.replace('fd.name =', 'fd.directory ='));
      expect((await rules('test', '--events', events, '--rules', file)).stderr).toContain('  Shadow read: fd.directory\n');
    });
  });

  describe('new', () => {
    it('writes a file that changes nothing, and each item of which can be loaded', async () => {
      const { stdout } = await rules('new', 'Shadow read', '--rules', shadow);
      expect(stdout).toMatch(/^#/);
      expect(await rules('check', shadow, write('local.yaml', stdout), '--strict')).toMatchObject({ status: 0 });
      const active = write('active.yaml', stdout.replace(/^#(?! )|^#(?= {2})/gm, ''));
      expect(await rules('check', shadow, active, '--strict')).toMatchObject({ status: 0, stdout: expect.stringContaining('0 errors') });
      expect((await rules('list', shadow, active, '-o', 'csv')).stdout).toMatch(
        /Shadow read,syscall,Warning,off,disabled at .*active\.yaml/,
      );
    });

    it.each(['Terminal: #1', '- a', '"quoted"', "it's", 'a\u001b[1m', 'true', '日本語'])('writes the name %j as YAML', async (name) => {
      const file = write('named.yaml', SHADOW.replace('Shadow read\n', `${JSON.stringify(name)}\n`));
      const { stdout } = await rules('new', name, '--rules', file);
      expect(stdout.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
      const active = write('active.yaml', stdout.replace(/^#(?! )|^#(?= {2})/gm, ''));
      expect(await rules('check', file, active, '--strict')).toMatchObject({ status: 0, stdout: expect.stringContaining('2 rules') });
    });

    it('of every rule that comes with whoran can be loaded', async () => {
      const { stdout } = await rules('list', '-o', 'json');
      for (const { rule } of JSON.parse(stdout) as { rule: string }[]) {
        const skeleton = (await rules('new', rule)).stdout.replace(/^#(?! )|^#(?= {2})/gm, '');
        expect(await rules('check', 'shipped', write('active.yaml', skeleton), '--errors-only')).toMatchObject({ status: 0 });
      }
    });
  });
});
