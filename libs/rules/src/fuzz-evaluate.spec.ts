import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Condition } from './condition/ast.ts';
import { printExactly } from './condition/print-exactly.ts';
import { NOWHERE } from './condition/spec-conditions.ts';
import { specCatalog } from './evaluate/spec-catalog.ts';
import { type RuleMatching, buildRuleset } from './evaluate/ruleset.ts';
import type { RuleEvent } from './fields/field.ts';
import { auditFields } from './fields/k8s-audit/audit-fields.ts';
import { type EventSource, loadRules } from './load/load-rules.ts';
import { auditChecks, auditEvent } from './spec-audit-rules.ts';
import { holds } from './spec-interpreter.ts';
import { randomCondition, randomEvent, specChecks } from './spec-rules.ts';

interface Book {
  readonly macros: ReadonlyMap<string, Condition>;
  readonly rules: readonly Condition[];
}

function booksOf(checks: readonly fc.Arbitrary<Condition>[]): fc.Arbitrary<Book> {
  const condition = (...macros: string[]) => randomCondition(checks, macros);
  const any = condition('m0', 'm1', 'm2');
  // Most real rules ask a few things first, by which they are indexed.
  const indexed = fc
    .tuple(fc.oneof(...checks), fc.oneof(...checks), any)
    .map((children): Condition => ({ type: 'and', children, position: NOWHERE }));
  const rules = fc.array(fc.oneof(any, indexed), { minLength: 1, maxLength: 16 });
  return fc.record({ macros: fc.tuple(condition(), condition('m0'), condition('m0', 'm1')), rules }).map(({ macros, rules }) => ({
    macros: new Map(macros.map((macro, index) => [`m${index}`, macro])),
    rules,
  }));
}

function fileOf({ macros, rules }: Book, source: string): string {
  const items = [
    ...[...macros].map(([macro, condition]) => ({ macro, condition: printExactly(condition) })),
    ...rules.map((rule, index) => ({ rule: `r${index}`, desc: 'd', condition: printExactly(rule), output: 'o', priority: 'info', source })),
  ];
  return items.map((item) => `- ${JSON.stringify(item)}\n`).join('');
}

function rulesetOf(text: string, source: EventSource, matching: RuleMatching): ReturnType<typeof buildRuleset> {
  const loaded = loadRules([{ name: 'rules.yaml', text }], { sources: [source] });
  const errors = loaded.files.flatMap(({ issues }) => issues.filter(({ severity }) => severity === 'error'));
  expect({ text, errors }).toEqual({ text, errors: [] });
  return buildRuleset(loaded.rules, [source], { matching });
}

describe('rule files with macros, loaded and evaluated', () => {
  it.each<[string, EventSource, readonly fc.Arbitrary<Condition>[], fc.Arbitrary<RuleEvent>]>([
    ['of every type', { name: 'syscall', catalog: specCatalog }, specChecks, randomEvent],
    ['of audit events', { name: 'k8s_audit', catalog: auditFields() }, auditChecks, auditEvent],
  ])(
    'say over fields %s what their conditions say, read one part after the other',
    (_what, source, checks, event) => {
      let matches = 0;
      fc.assert(
        fc.property(booksOf(checks), fc.array(event, { minLength: 1, maxLength: 20 }), (book, events) => {
          const text = fileOf(book, source.name);
          const [all, first] = [rulesetOf(text, source, 'all'), rulesetOf(text, source, 'first')];
          const meaning = { catalog: source.catalog, macros: book.macros };
          for (const each of events) {
            const expected = book.rules.flatMap((condition, index) => (holds(condition, each, meaning) ? [`r${index}`] : []));
            matches += expected.length;
            const told = { rules: text.split('\n'), event: each.document };
            const [everyRule, firstRule] = [all, first].map((ruleset) => ruleset.evaluate(each).map(({ name }) => name));
            expect({ ...told, everyRule, firstRule }).toEqual({ ...told, everyRule: expected, firstRule: expected.slice(0, 1) });
          }
        }),
        { numRuns: 60 },
      );
      expect(matches).toBeGreaterThan(300);
    },
    60_000,
  );
});
