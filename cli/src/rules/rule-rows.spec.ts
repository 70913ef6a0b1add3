import { describe, expect, it } from '@jest/globals';
import { type RuleSelection, definitionsIn, loadRules, parsePriority, selectRules, syscallFields } from '@whoran/rules';
import fc from 'fast-check';
import type { LoadedGiven } from './load-given.ts';
import { rowsOf } from './rule-rows.ts';

const RULES = [
  ['Shell', 'WARNING', 'true', '[shell, container]', 'syscall'],
  ['Shadow read', 'NOTICE', 'false', '[file]', 'syscall'],
  ['Shell history', 'DEBUG', 'true', '[file, shell]', 'syscall'],
  ['Cloud', 'ERROR', 'true', '[]', 'aws_cloudtrail'],
] as const;
const TEXT = RULES.map(
  ([name, priority, enabled, tags, source]) =>
    `- {rule: ${name}, desc: d, condition: evt.type = open, output: o, priority: ${priority}, enabled: ${enabled}, tags: ${tags}, source: ${source}}\n`,
).join('');

function loaded(settings: LoadedGiven['settings'], text = TEXT): LoadedGiven {
  const files = [{ name: 'a.yaml', text }];
  const sources = [{ name: 'syscall', catalog: syscallFields() }];
  const result = loadRules(files, { sources });
  return {
    files,
    shipped: new Set(),
    sources,
    result,
    settings,
    places: definitionsIn(files),
    issues: result.files.flatMap(({ issues }) => issues),
  };
}

const stateAndWhy = (given: LoadedGiven) => rowsOf(given).map(({ rule, state, why }) => `${rule}: ${state}, ${why}`);

describe('why a rule is run or not', () => {
  it('is what the file says, or its source', () => {
    expect(stateAndWhy(loaded({ selections: [] }))).toEqual([
      'Shell: on, as the file says',
      'Shadow read: off, disabled at a.yaml:2',
      'Shell history: on, as the file says',
      'Cloud: left out, unknown source aws_cloudtrail',
    ]);
  });

  it('is the last setting that matches, or the priority', () => {
    const selections: readonly RuleSelection[] = [
      { operation: 'disable', tag: 'shell' },
      { operation: 'enable', rule: 'Sh*' },
    ];
    expect(stateAndWhy(loaded({ selections, minPriority: 'Notice' })).slice(0, 3)).toEqual([
      'Shell: on, settings: enable rule Sh*',
      'Shadow read: on, settings: enable rule Sh*',
      'Shell history: off, below priority Notice',
    ]);
  });

  it('is an error, a field that is not known, or a later item', () => {
    const text = `${TEXT}- {rule: Broken, desc: d, condition: x.y = 1, output: o, priority: INFO}
- {rule: Skipped, desc: d, condition: x.y = 1, output: o, priority: INFO, skip-if-unknown-filter: true}
- {rule: Shell, enabled: false, override: {enabled: replace}}
`;
    const lines = stateAndWhy(loaded({ selections: [] }, text));
    expect(lines[0]).toBe('Shell: off, disabled at a.yaml:7');
    expect(lines.slice(4)).toEqual([
      expect.stringMatching(/^Broken: left out, error: .*nonexistent field x\.y/),
      expect.stringMatching(/^Skipped: left out, unknown field: .*nonexistent field x\.y/),
    ]);
  });

  it('agrees with what is really selected', () => {
    const selection = fc.record({
      operation: fc.constantFrom('enable' as const, 'disable' as const),
      rule: fc.constantFrom('*', 'Sh*', 'Shell', '*read', 'x'),
    });
    const tagged = fc.record({
      operation: fc.constantFrom('enable' as const, 'disable' as const),
      tag: fc.constantFrom('file', 'shell', 'x'),
    });
    fc.assert(
      fc.property(fc.array(fc.oneof(selection, tagged)), fc.constantFrom('Debug', 'Notice', 'Error'), (selections, minimum) => {
        const minPriority = parsePriority(minimum) ?? 'Debug';
        const given = loaded({ selections, minPriority });
        const on = rowsOf(given).flatMap(({ rule, state }) => (state === 'on' ? [rule] : []));
        expect(new Set(on)).toEqual(new Set(selectRules(given.result.rules, selections, minPriority).map(({ name }) => name)));
      }),
    );
  });
});
