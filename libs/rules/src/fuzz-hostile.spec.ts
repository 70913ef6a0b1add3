import { describe, expect, it } from '@jest/globals';
import { buildRuleset } from './evaluate/ruleset.ts';
import { syscallFields } from './fields/syscall/syscall-fields.ts';
import { loadRules } from './load/load-rules.ts';
import { selectRules } from './select/select-rules.ts';

const SOURCES = [{ name: 'syscall', catalog: syscallFields() }];
const KIB = 1024;
const MIB = KIB * KIB;

const rule = (condition: string, name = 'r') =>
  `- {rule: ${name}, desc: d, condition: ${JSON.stringify(condition)}, output: o, priority: info}\n`;
const many = (count: number, make: (index: number) => string) => Array.from({ length: count }, (_, index) => make(index)).join('');
const nested = (open: string, inner: string, close: string, depth = 100_000) => open.repeat(depth) + inner + close.repeat(depth);

/** Loads the file and runs it over an event that is as bad; gives the first error. */
function survive(text: string): string | undefined {
  const { files, rules } = loadRules([{ name: 'hostile.yaml', text }], { sources: SOURCES });
  const issues = files.flatMap((file) => file.issues);
  expect(JSON.stringify(issues).length).toBeLessThan(8 * MIB);
  const ruleset = buildRuleset(selectRules(rules, []), SOURCES, { matching: 'all' });
  const document = { 'evt.type': 'execve', 'proc.name': 'ab'.repeat(500), 'fd.name': '/a'.repeat(500) };
  expect(ruleset.evaluate({ source: 'syscall', document, time: 0n, hostname: '' }).length).toBeLessThanOrEqual(rules.length);
  return issues.find(({ severity }) => severity === 'error')?.message;
}

const DEEP = 'exceeded max depth limit of 1000';
const LARGE_MACROS = /with its macros put in, the condition has more than/;
const LARGE_LISTS = /with its lists filled in, the condition is longer|lists together/;
const NESTED = /nodes nest deeper than/;
const BOMB = many(30, (at) => `- list: m${at}\n  items: &b${at} [${`*b${at - 1},`.repeat(at === 0 ? 0 : 10)}x]\n`);

/** What each file is refused with; nothing if it is loaded. */
const HOSTILE: readonly (readonly [string, () => string, string | RegExp | undefined])[] = [
  ['100,000 parentheses', () => rule(nested('(', 'proc.name = a', ')')), DEEP],
  ['100,000 parentheses that are never closed', () => rule('('.repeat(100_000)), DEEP],
  ['100,000 times not(', () => rule(nested('not(', 'proc.name = a', ')')), DEEP],
  ['100,000 times not', () => rule(`${'not '.repeat(100_000)}proc.name = a`), undefined],
  ['100,000 transformers', () => rule(`${nested('tolower(', 'proc.name', ')')} = a`), DEEP],
  ['a condition of nearly 1 MiB', () => rule(`proc.name = a${many(7000, (at) => ` or proc.name = ${'b'.repeat(120)}${at}`)}`), undefined],
  ['a condition beyond 1 MiB', () => rule(`proc.name = a${' or proc.name = a'.repeat(70_000)}`), /rule files may have/],
  ['a list of nearly 1 MiB', () => rule(`proc.name in (a${many(90_000, (at) => `, a${at}`)})`), undefined],
  ['10 MiB', () => `${rule('proc.name = a')}#${'x'.repeat(10 * MIB)}`, /rule files may have/],
  [
    'lists that double',
    () =>
      `- {list: l0, items: [a, b]}\n${many(60, (at) => `- {list: l${at + 1}, items: [l${at}, l${at}]}\n`)}${rule('proc.name in (l60)')}`,
    undefined,
  ],
  [
    'lists that double in the order in which they are filled in',
    () =>
      `${many(60, (at) => `- {list: l${at}, items: [l${at + 1}, l${at + 1}]}\n`)}- {list: l60, items: [a]}\n${rule('proc.name in (l0)')}`,
    LARGE_LISTS,
  ],
  ['lists of one another', () => `- {list: a, items: [b, b]}\n- {list: b, items: [a, a]}\n${rule('proc.name in (a)')}`, undefined],
  ['a list of itself', () => `- {list: a, items: [a, a]}\n${rule('proc.name in (a)')}`, undefined],
  [
    'macros that double',
    () =>
      `- {macro: m0, condition: proc.name = a}\n${many(100, (at) => `- {macro: m${at + 1}, condition: m${at} and m${at}}\n`)}${rule('m100')}`,
    LARGE_MACROS,
  ],
  [
    'a chain of macros',
    () =>
      `- {macro: m0, condition: proc.name = a}\n${many(2200, (at) => `- {macro: m${at + 1}, condition: not m${at}}\n`)}${rule('m2200')}`,
    LARGE_MACROS,
  ],
  [
    'a circle of macros',
    () => `${many(300, (at) => `- {macro: m${at}, condition: m${(at + 1) % 300}}\n`)}${rule('m0')}`,
    /Undefined macro/,
  ],
  ['aliases of aliases', () => BOMB, /is not scalar|Value is not/],
  [
    'aliases of aliases that nobody uses',
    () =>
      `- a: &a [x, x]\n${many(60, (at) => `- k${at}: &b${at} [*${at === 0 ? 'a' : `b${at - 1}`}, *${at === 0 ? 'a' : `b${at - 1}`}]\n`)}`,
    undefined,
  ],
  ['an alias in its own anchor', () => '- &a [*a]\n', /anchor is not defined/],
  [
    'many exceptions by aliases',
    () =>
      `- rule: r\n  desc: d\n  condition: proc.name = a\n  output: o\n  priority: info\n  exceptions:\n  - {name: e, fields: [proc.name, proc.exe], comps: [=, =], values: &v [${'[a, b],'.repeat(5000)}]}\n${many(20, (at) => `  - {name: e${at}, fields: [proc.name, proc.exe], comps: [=, =], values: *v}\n`)}`,
    /exceptions|values/,
  ],
  ['deep sequences', () => '['.repeat(100_000), NESTED],
  ['deep block sequences', () => '- '.repeat(100_000), NESTED],
  ['deep maps', () => many(1000, (at) => `${' '.repeat(at)}a:\n`), NESTED],
  ['nothing but quotes', () => '"'.repeat(30_001), /yaml-cpp/],
  ['anchors without end', () => `- ${'&a '.repeat(5000)}x`, /yaml-cpp/],
  ['tags without end', () => `- ${'!a '.repeat(5000)}x`, /yaml-cpp/],
  ['one key again and again', () => `- {${'rule: r, '.repeat(20_000)}}`, /Item has no mapping/],
  [
    'an item appended to for ever',
    () => `${rule('proc.name = a')}${'- {rule: r, condition: or proc.name = b, override: {condition: append}}\n'.repeat(1000)}`,
    undefined,
  ],
  ['repetitions of repetitions', () => rule('proc.name regex "((((a{100}){100}){100}){100})"'), /invalid regex pattern/],
  [
    'alternatives that overlap',
    () => rule('proc.name regex "(a|b|ab|ba|aba|bab)*c" or proc.name regex "((a*)*)*c" or proc.name regex "(a?){50}a{50}"'),
    undefined,
  ],
  ['patterns of stars', () => rule(`proc.name glob "${'*a'.repeat(100)}c" or fd.name pmatch ("${'/*a*'.repeat(50)}")`), undefined],
  [
    'a long output',
    () => `- {rule: r, desc: d, condition: proc.name = a, output: "${'%proc.name '.repeat(20_000)}", priority: info}\n`,
    undefined,
  ],
  [
    'an output of beginnings',
    () => `- {rule: r, desc: d, condition: proc.name = a, output: "${'%tolower('.repeat(20_000)}", priority: info}\n`,
    /unknown filter/,
  ],
];

describe('a hostile rule file', () => {
  it.each(HOSTILE)(
    'of %s ends soon',
    (_what, make, refusal) => {
      const error = survive(make());
      if (refusal === undefined) expect(error).toBeUndefined();
      else if (typeof refusal === 'string') expect(error).toContain(refusal);
      else expect(error).toMatch(refusal);
    },
    30_000,
  );

  it('may use one large macro in many rules', () => {
    const macro = `- {macro: m, condition: proc.name = a${many(2000, (at) => ` or proc.name = b${at}`)}}\n`;
    expect(survive(macro + many(300, (at) => rule(`m and proc.exe = e${at}`, `r${at}`)))).toBeUndefined();
  }, 30_000);
});
