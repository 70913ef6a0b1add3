import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readDeviations } from './deviations.ts';
import { type Kind, differs, passed } from './kind.ts';
import { FolderUnusable, openMaterial } from './material.ts';
import { hasFailures, jsonReport, textReport } from './report.ts';
import { type CaseResult, runCases } from './run-cases.ts';

const sum: Kind = {
  kind: 'sum',
  run: ({ terms, expect }) => {
    const actual = (terms as readonly number[]).reduce((one, other) => one + other, 0);
    return actual === expect ? passed : differs('sum', expect, actual);
  },
};
const neighbour: Kind = {
  kind: 'neighbour',
  run: ({ path }, { read, has, list }) => {
    if (!has('events/a.json')) return { kind: 'not-applicable', reason: 'there are no events' };
    return read(String(path)) === 'content' && list('events').join() === 'a.json,b.json' ? passed : { kind: 'failed', message: 'lost' };
  },
};
const compiled: Kind = {
  kind: 'official-compiled',
  run: ({ name, path }) => (name === 'x.yaml' && path === 'rules/x.yaml' ? passed : differs('case', name, path)),
};

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'conformance-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, content: unknown): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
}

function run(deviations = '[]', only: readonly string[] = []): readonly CaseResult[] {
  return runCases(openMaterial(folder), { kinds: [sum, neighbour, compiled], deviations: readDeviations(deviations), only });
}

const right = { name: 'right', kind: 'sum', terms: [1, 2], expect: 3 };
const wrong = { name: 'wrong', kind: 'sum', filter: 'one + one', terms: [1, 1], expect: 3 };

describe('conformance', () => {
  it('tells per file how the cases went, and every failure by name', () => {
    write('cases/b.json', { note: 'sums', cases: [right, wrong, wrong] });
    write('cases/a.json', { cases: [right] });
    const results = run();
    expect(hasFailures(results)).toBe(true);
    expect(textReport(results)).toEqual([
      'file             cases         passed         failed not applicable',
      'a.json               1              1              0              0',
      'b.json               3              1              2              0',
      'all                  4              2              2              0',
      '',
      'failed (2)',
      '  b.json: wrong: sum: expected 3, got 2',
      '  b.json: wrong #2: sum: expected 3, got 2',
    ]);
    expect(jsonReport(results)).toMatchObject({
      cases: 4,
      failed: 2,
      files: [
        { name: 'a.json', cases: 1, passed: 1, failed: 0, notApplicable: 0 },
        { name: 'b.json', failed: 2 },
      ],
      failures: [
        { file: 'b.json', name: 'wrong', kind: 'sum', message: 'sum: expected 3, got 2' },
        { file: 'b.json', name: 'wrong #2' },
      ],
    });
  });

  it('fails a case that throws, and a case of a kind that nothing runs', () => {
    write('cases/a.json', {
      cases: [
        { name: 'no terms', kind: 'sum' },
        { name: 'new', kind: 'product\u001b' },
      ],
    });
    expect(textReport(run()).slice(-2)).toEqual([
      expect.stringMatching(/^ {2}a\.json: no terms: threw: /),
      '  a.json: new: nothing runs cases of kind product\\u{1b}',
    ]);
  });

  it('lists what differs on purpose, with the reason, and what is listed for no reason', () => {
    write('cases/a.json', { cases: [right, wrong, { ...wrong, name: 'wrong too' }] });
    const deviations = `
- {name: wrong*, file: 'a.*', condition: '^one', reason: rounded up}
- {name: right, reason: no longer}
`;
    const results = run(deviations);
    expect(hasFailures(results)).toBe(false);
    expect(textReport(results).slice(3)).toEqual([
      '',
      'differs on purpose: rounded up (2)',
      '  a.json: wrong',
      '  a.json: wrong too',
      '',
      'differs on purpose: 2 of 3 cases (66.67 %)',
      '',
      'listed as deviations, but they pass (1)',
      '  a.json: right',
    ]);
    expect(jsonReport(results)).toMatchObject({
      passed: 1,
      notApplicable: 2,
      notApplicableCases: [{ name: 'wrong', reason: 'rounded up', onPurpose: true }, { name: 'wrong too' }],
      staleDeviations: [{ file: 'a.json', name: 'right' }],
    });
  });

  it('does not call an entry stale for one of its cases, if it is needed for another', () => {
    write('cases/a.json', { cases: [right, wrong] });
    expect(run(`[{name: '*', reason: x}]`).map(({ deviation }) => deviation)).toEqual(['none', 'needed']);
  });

  it('looks at the filter, if a deviation says so', () => {
    write('cases/a.json', { cases: [wrong, { ...wrong, filter: undefined, name: 'wrong too' }] });
    expect(hasFailures(run(`[{name: '*', condition: two, reason: x}]`))).toBe(true);
    expect(run(`[{name: '*', condition: one, reason: x}]`).map(({ deviation }) => deviation)).toEqual(['needed', 'none']);
  });

  it('runs what is asked for: a file, a kind or a name', () => {
    write('cases/a.json', { cases: [right, wrong] });
    write('cases/b.json', { cases: [right] });
    expect(run('[]', ['b.*'])).toHaveLength(1);
    expect(run('[]', ['wr*g'])).toHaveLength(1);
    expect(run('[]', ['wrong', 'b.json'])).toHaveLength(2);
    expect(run('[]', ['sum'])).toHaveLength(3);
    expect(run('[]', ['um'])).toHaveLength(0);
  });

  it('gives cases what stands beside them, and nothing outside of the folder', () => {
    const beside = (path: string) => ({ name: path, kind: 'neighbour', path });
    write('cases/a.json', { cases: [beside('events/a.json')] });
    expect(run().map(({ outcome }) => outcome)).toEqual([{ kind: 'not-applicable', reason: 'there are no events' }]);
    write('events/b.json', '');
    write('events/a.json', 'content');
    write('cases/a.json', { cases: [beside('events/a.json'), beside('events/c.json'), beside('../x'), beside('/etc/hostname')] });
    expect(run().map(({ outcome }) => outcome.kind)).toEqual(['passed', 'failed', 'failed', 'failed']);
  });

  it('makes cases of files, and keeps what the file has beside them', () => {
    write('cases/a.json', { files: { 'x.yaml': { path: 'rules/x.yaml' } }, more: 2 ** 53 });
    expect(run().map(({ name, outcome }) => [name, outcome])).toEqual([['x.yaml', passed]]);
    expect(openMaterial(folder)[0]?.file['more']).toBe(2n ** 53n);
  });

  it.each([
    ['x', /a\.json: /],
    ['[]', /no JSON object/],
    ['{}', /neither/],
    ['{"cases": [{"name": "x", "kind": "y"}, {"name": "x"}]}', /case 2 has no name or no kind/],
  ])('refuses a file of cases such as %s', (content, message) => {
    write('cases/a.json', content);
    expect(() => openMaterial(folder)).toThrow(message);
  });

  it('refuses a folder without cases', () => {
    expect(() => openMaterial(folder)).toThrow(FolderUnusable);
    mkdirSync(join(folder, 'cases'));
    expect(() => openMaterial(folder)).toThrow('there is no .json file in it');
  });
});

describe('deviations', () => {
  it.each([
    ['a: 1', 'not a list'],
    ['[x]', 'deviation 1: it is not an entry'],
    ['[{name: a, reason: b}, {name: a}]', 'deviation 2: name or reason is missing'],
    ['[{name: a, reason: " "}]', 'deviation 1: reason is not a text'],
    ['[{name: a, reason: b, filter: c}]', 'deviation 1: the key filter is not known'],
    ['[{name: a, reason: b, condition: "("}]', 'deviation 1: '],
  ])('%s are refused', (text, message) => {
    expect(() => readDeviations(text)).toThrow(message);
  });
});
