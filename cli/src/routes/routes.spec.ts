import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { runInSpec } from '../spec-support/run-in-spec.ts';

const ROUTES = `route:
  receiver: soc
  routes:
    - matchers: ['namespace="payments"', 'user=~".*@example.com"']
      receiver: pager
      continue: true
      mute_time_intervals: [weekends]
    - matchers: ['"proc.name"=bash']
      group_by: [cluster, rule]
      group_wait: 10s
      receiver: mail
      routes:
        - { min_priority: critical, receiver: pager, group_by: none }
    - matchers: ['evidence=none']
inhibit_rules:
  - source_matchers: ['rule="Node down"']
    target_matchers: ['priority=warning']
    equal: [cluster]
time_intervals:
  - name: weekends
    time_intervals: [{ weekdays: [saturday, sunday], location: Europe/Berlin }]
receivers: [{ name: soc, stdout: {} }, { name: pager, stdout: {} }, { name: mail, stdout: {} }]
`;

const SESSION = { id: 's', kind: 'exec', user: { username: 'jane@example.com', groups: ['dev'] } };
const EVENT = {
  rule: 'Shell \u001b[2J',
  priority: 'Warning',
  time: '2026-01-31T10:00:00Z',
  output_fields: { 'k8s.ns.name': 'payments', 'k8s.pod.name': 'api-0', 'proc.name': 'bash' },
  whoran: { attribution: { evidence: 'lineage', session: SESSION } },
};

describe('whoran routes', () => {
  let dir = '';
  let file = '';
  let alert = '';
  const write = (name: string, text: string) => {
    writeFileSync(join(dir, name), text);
    return join(dir, name);
  };
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'whoran-'));
    file = write('routes.yaml', ROUTES);
    alert = write('alert.json', JSON.stringify(EVENT));
  });
  const routes = (...argv: readonly string[]) => runInSpec(['routes', ...argv]);

  describe('check', () => {
    it('says what can be used', async () => {
      const stdout = `${file} can be used: 5 routes, 3 receivers, 1 inhibition, 1 time interval\n`;
      expect(await routes('check', file)).toEqual({ status: 0, stdout, stderr: '' });
    });
    it('says everything that is wrong, and where', async () => {
      const bad = write(
        'bad.yaml',
        ROUTES.replace('namespace=', 'namspace=').replace('Europe/Berlin', 'Europe/Bonn').replace('group_wait: 10s', 'group_interval: 0s'),
      );
      const { status, stdout } = await routes('check', bad);
      expect(status).toBe(1);
      expect(stdout.split('\n')).toEqual([
        expect.stringMatching(
          /^error: \/route\/routes\/0\/matchers\/0: matches on "namspace", which is none of rule, .* \(line 4, column 18\)$/,
        ),
        expect.stringMatching(/^error: \/route\/routes\/1\/group_interval: must be longer than 0s \(line 10, column 23\)$/),
        expect.stringMatching(/^error: .*\/location: is no time zone: "Europe\/Bonn"; write one such as Europe\/Berlin \(line 21, /),
        `${bad} cannot be used: 3 errors`,
        '',
      ]);
      expect(JSON.parse((await routes('check', bad, '-o', 'json')).stdout)).toHaveLength(3);
    });
    it('opens receivers, unless their files are elsewhere', async () => {
      const secret = write(
        'secret.yaml',
        'route: { receiver: a }\nreceivers: [{ name: a, webhook: { url: "https://a/", bearer_token_file: /nowhere } }]\n',
      );
      expect((await routes('check', secret)).stdout).toMatch(/^error: \/receivers\/0\/webhook\/bearer_token_file: .*ENOENT/);
      expect((await routes('check', '--no-open', secret)).status).toBe(0);
    });
    it('says that there is no file', async () => {
      const { status, stderr } = await routes('check', join(dir, 'none'));
      expect([status, stderr]).toEqual([2, expect.stringContaining('ENOENT')]);
    });
  });

  describe('show', () => {
    it('shows the tree, and when routes tell', async () => {
      expect((await routes('show', file)).stdout).toBe(`everything -> soc
    each alert at once
  namespace="payments" and user=~".*@example.com" -> pager
      muted in weekends
      continues
  "proc.name"="bash" -> mail
      a group for each cluster, rule: first after 10s, new alerts after 5m, again after 4h
    min_priority: critical -> pager
        each alert at once
  evidence="none" -> soc
`);
    });
    it('shows programs all that is inherited', async () => {
      const rows = JSON.parse((await routes('show', file, '-o', 'json')).stdout) as readonly unknown[];
      expect(rows[2]).toEqual(
        expect.objectContaining({ groupBy: ['cluster', 'rule'], groupWait: '10s', groupInterval: '5m', repeatInterval: '4h' }),
      );
    });
  });

  describe('test', () => {
    const test = (...argv: readonly string[]) => routes('test', file, '--alert', alert, ...argv);
    it('says who is told at a time, and why', async () => {
      const { stdout } = await test('--at', '2026-01-31T22:00:00Z', '--explain');
      expect(stdout).toBe(String.raw`alert 1  Shell \x1b[2J  Warning
  jane@example.com · payments/api-0 · test
  at 2026-01-31 22:00:00 UTC
  pager  not told: mute time weekends
    route  {}/{namespace="payments",user=~".*@example.com"}
    since  namespace="payments": it is "payments"
    since  user=~".*@example.com": it is "jane@example.com"
    when   each alert at once
  mail  told
    route  {}/{"proc.name"="bash"}
    since  "proc.name"="bash": it is "bash"
    when   a group for each cluster, rule: first after 10s, new alerts after 5m, again after 4h
    group  cluster="test", rule="Shell \x1b[2J"
  muted while a source alert is active, by inhibit_rules[0]
  every route that was tried:
    yes  everything -> soc
      yes  namespace="payments" and user=~".*@example.com" -> pager
      yes  "proc.name"="bash" -> mail
        no   min_priority: critical -> pager: min_priority: critical does not hold, it is "warning"
      1 more not tried: the one above does not continue

`);
    });
    it('looks at silences', async () => {
      const silence = { id: 's1', createdBy: 'joe', comment: 'upgrade', startsAt: '2026-01-29T00:00:00Z', endsAt: '2026-01-30T00:00:00Z' };
      const muting = (name: string) =>
        write('silences.json', JSON.stringify([{ ...silence, matchers: [{ name, value: 'prod|payments', isRegex: true }] }]));
      const { stdout } = await test('--at', '2026-01-29T22:00:00Z', '--silences', muting('namespace'));
      expect(stdout).toContain('  pager  not told: silence s1 by joe: upgrade\n');
      expect((await test('--at', '2026-01-30T00:00:00Z', '--silences', muting('namespace'))).stdout).toContain('  pager  told\n');
      const { status, stderr } = await test('--silences', muting('namspace'));
      expect([status, stderr]).toEqual([2, expect.stringContaining('silence 1 matches on "namspace"')]);
    });
    it('compares with what is expected', async () => {
      const expected = ['--expect', 'pager', 'mail'];
      expect((await test('--at', '2026-01-29T22:00:00Z', ...expected)).status).toBe(0);
      const { status, stderr } = await test('--at', '2026-01-31T22:00:00Z', ...expected);
      expect([status, stderr]).toEqual([1, 'expected, but not told: pager\n']);
    });
    it('tells programs the same', async () => {
      const rows = JSON.parse((await test('--at', '2026-01-31T22:00:00Z', '-o', 'json')).stdout) as readonly Record<string, unknown>[];
      expect(rows.map(({ receiver, mutedBy }) => [receiver, mutedBy])).toEqual([
        ['pager', 'mute time weekends'],
        ['mail', undefined],
      ]);
    });
    it.each([
      ['{"rule": "x"}', 'alert 1 of'],
      ['{"a": 1}\n{"b"', 'line 2 is not JSON'],
      ['', 'has no alerts'],
      ['[]', 'has no alerts'],
    ])('refuses %j as alerts', async (text, message) => {
      const { status, stderr } = await routes('test', file, '--alert', write('bad.json', text));
      expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
    });
    it('refuses a time that is none', async () => {
      expect(await test('--at', 'yesterday')).toEqual(
        expect.objectContaining({ status: 2, stderr: expect.stringContaining('--at must be') }),
      );
    });
  });
});
