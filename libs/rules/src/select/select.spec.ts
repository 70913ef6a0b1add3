import { describe, expect, it } from '@jest/globals';
import type { Rule } from '../rule.ts';
import { parseSelection } from './parse-selection.ts';
import { isAtLeast, parsePriority } from './priority.ts';
import { selectRules } from './select-rules.ts';
import { matchesWildcard } from './wildcard.ts';

const RULES: readonly Pick<Rule, 'name' | 'tags' | 'priority' | 'enabled'>[] = [
  { name: 'Shell in pod', tags: ['shell'], priority: 'Notice', enabled: true },
  { name: 'Shell in node', tags: ['node', 'shell'], priority: 'Error', enabled: true },
  { name: 'Port forward', tags: ['net'], priority: 'Debug', enabled: false },
];

function selected(entries: readonly unknown[], minimum?: 'Notice'): readonly string[] {
  const section = parseSelection(entries);
  return section.ok ? selectRules(RULES, section.value, minimum).map(({ name }) => name) : [section.error];
}

describe('the rules setting', () => {
  it.each([
    [[], ['Shell in pod', 'Shell in node']],
    [[{ disable: { rule: 'Shell*' } }], []],
    [[{ disable: { tag: 'node' } }], ['Shell in pod']],
    [[{ disable: { tag: 'no*' } }], ['Shell in pod', 'Shell in node']],
    [[{ enable: { rule: 'Port forward' } }], ['Shell in pod', 'Shell in node', 'Port forward']],
    [[{ disable: { rule: '*' } }, { enable: { rule: '*node' } }], ['Shell in node']],
    [
      [{ disable: { rule: 'Shell in pod' } }, { enable: { rule: 'Shell in pod' } }],
      ['Shell in node', 'Shell in pod'],
    ],
    [[{ enable: { tag: 'net' }, disable: { rule: '*' } }], ['Shell in pod', 'Shell in node', 'Port forward']],
    [[{ disable: { rule: 'Shell in pod', tag: 'node' } }], []],
    [[{ disable: {} }], ['rules[0].disable: needs a rule or a tag']],
    [[{ disable: { rule: ['a'] } }], ['rules[0].disable.rule: must be a text']],
    [['off'], ['rules[0]: must be "enable" or "disable" with a rule or a tag, such as {"disable": {"tag": "network"}}']],
  ])('%j selects %j', (entries, expected) => {
    expect(selected(entries)).toEqual(expected);
  });

  it('never selects what is less severe than asked for', () => {
    expect(selected([{ enable: { rule: '*' } }], 'Notice')).toEqual(['Shell in pod', 'Shell in node']);
  });
});

describe('a wildcard', () => {
  it.each([
    ['*', '', true],
    ['a*', 'abc', true],
    ['*c', 'abc', true],
    ['a*c', 'abc', true],
    ['a**c', 'ac', true],
    ['b', 'abc', false],
    ['*b', 'abc', false],
    ['a?c', 'abc', false],
    ['A*', 'abc', false],
    ['*b', 'abb', false],
    ['', '', true],
  ])('%s matches %s: %s', (pattern, text, expected) => {
    expect(matchesWildcard(pattern, text)).toBe(expected);
  });
});

describe('a priority', () => {
  it('is read in any case, and has a short form', () => {
    expect(['warning', 'WARNING', 'info', 'Informational', 'warn', ''].map(parsePriority)).toEqual([
      'Warning',
      'Warning',
      'Informational',
      'Informational',
      undefined,
      undefined,
    ]);
  });

  it('is compared by how severe it is', () => {
    expect(isAtLeast('Critical', 'Error')).toBe(true);
    expect(isAtLeast('Notice', 'Error')).toBe(false);
  });
});
