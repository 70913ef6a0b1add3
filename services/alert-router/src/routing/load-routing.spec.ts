import { describe, expect, it } from '@jest/globals';
import { VirtualClock, printIssue } from '@whoran/kernel';
import { loadRouting } from './load-routing.ts';
import { SettingsFiles } from '../files/settings-files.ts';

function load(text: string) {
  const files = new SettingsFiles();
  const result = loadRouting(text, { stdout: undefined as never, clock: new VirtualClock(), readFile: (path) => files.read(path) });
  return result.ok ? [] : result.error.map(printIssue);
}

describe('a routes file', () => {
  it('is told everything that is wrong with it, and where', () => {
    const issues = load(`route:
  receiver: soc
  routes:
    - matchers: ['user="x"', 'usr="y"']
      receiver: nobody
receivers:
  - name: soc
    webhook: { url: 'ftp://secret/', bearer_token_file: /nonexistent }
  - name: soc
    stdout: {}
  - name: both
    stdout: {}
    webhook: { url: 'https://a/' }
`);
    expect(issues).toEqual([
      expect.stringMatching(/^\/route\/routes\/0\/matchers\/1: matches on "usr", which is none of rule, .* \(line 4, column 30\)$/),
      expect.stringMatching(/^\/route\/routes\/0\/receiver: names the receiver "nobody".* \(line 5, column 17\)$/),
      expect.stringMatching(/^\/receivers\/0\/webhook\/url: must be an http or https URL \(line 8, column 21\)$/),
      expect.stringMatching(
        /^\/receivers\/0\/webhook\/bearer_token_file: names a file that cannot be read: .*ENOENT.* \(line 8, column 57\)$/,
      ),
      expect.stringMatching(/^\/receivers\/1\/name: .* \(line 9, column 11\)$/),
      expect.stringMatching(/^\/receivers\/2: needs exactly one of stdout, .*webhook \(line 11, column 5\)$/),
    ]);
  });
  it.each([
    ['', ['/: must be object (line 1, column 1)']],
    ['route: [', [expect.stringContaining('(line 1, column')]],
    ['route: &r {receiver: a, routes: [*r]}\nreceivers: [{name: a, stdout: {}}]', ['nests too deep (line 1, column 1)']],
    ['route: {receiver: a}\nroutes: []\nreceivers: [{name: a, stdout: {}}]', ['/routes: is not a setting here (line 2, column 9)']],
    [
      'route: {receiver: a, matchers: []}\nreceivers: [{name: a, stdout: {}}]',
      ['/route/matchers: is not a setting here (line 1, column 32)'],
    ],
    [
      'route: {receiver: a}\nreceivers: [{name: a, stdout: {format: xml}}]',
      ['/receivers/0/stdout/format: must be one of text, json (line 2, column 40)'],
    ],
    ['route: {receiver: a}\nroute: {receiver: a}', [expect.stringContaining('unique')]],
    ['route: {receiver: "a b"}\nreceivers: []', [expect.stringContaining('/route/receiver: '), expect.stringContaining('/receivers: ')]],
  ])('refuses %j', (text, issues) => expect(load(text)).toEqual(issues));
  it('survives a file that nests or unfolds without end', () => {
    expect(load(`route: ${'['.repeat(100_000)}`).length).toBeGreaterThan(0);
    const bomb = [
      'a0: &a0 [x]',
      ...Array.from({ length: 30 }, (_, level) => `a${level + 1}: &a${level + 1} [${Array(9).fill(`*a${level}`).join(', ')}]`),
    ];
    expect(load(bomb.join('\n')).length).toBeGreaterThan(0);
    const deep = (depth: number): string => (depth === 0 ? '' : `, routes: [{receiver: a${deep(depth - 1)}}]`);
    expect(load(`route: {receiver: a${deep(15)}}\nreceivers: [{name: a, stdout: {}}]`)).toEqual([]);
    expect(load(`route: {receiver: a${deep(30)}}\nreceivers: [{name: a, stdout: {}}]`)).toEqual([
      expect.stringContaining('nests deeper than 16 levels'),
    ]);
  });
  it('reads files only', () => {
    expect(new SettingsFiles().read('/dev/zero')).toEqual({ ok: false, error: 'names something that is not a file' });
  });
});
