import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { buildRuleset } from './evaluate/ruleset.ts';
import { auditFields } from './fields/k8s-audit/audit-fields.ts';
import { syscallFields } from './fields/syscall/syscall-fields.ts';
import { type LoadOptions, loadRules } from './load/load-rules.ts';
import { alertRenderer } from './output/render-alert.ts';
import { selectRules } from './select/select-rules.ts';
import { anyFiles } from './spec-files.ts';

const SOURCES = [
  { name: 'syscall', catalog: syscallFields(), sent: new Set(['proc.name', 'evt.type']) },
  { name: 'k8s_audit', catalog: auditFields() },
];
const EVENTS = [
  { source: 'syscall', document: { 'evt.type': 'execve', 'proc.name': 'a', 'fd.name': '/a' }, time: 1n, hostname: 'h' },
  { source: 'k8s_audit', document: { auditID: 'a', verb: 'get' }, time: 1n, hostname: 'h' },
  { source: '__proto__', document: {}, time: 1n, hostname: 'h' },
];

/** Loads, selects, evaluates and renders: whatever is loaded can be used. Says what was told. */
function use(texts: readonly string[], options: Partial<LoadOptions> = {}): { readonly rules: number; readonly told: string } {
  const loaded = loadRules(
    texts.map((each, index) => ({ name: `${index}.yaml`, text: each })),
    { sources: SOURCES, ...options },
  );
  const issues = loaded.files.flatMap((file) => file.issues);
  for (const { message, snippet, locations } of issues) {
    expect(message).not.toBe('');
    expect(snippet.length).toBeLessThan(2000);
    expect(locations.length).toBeGreaterThan(0);
  }
  expect(loaded.files.every((file) => file.ok)).toBe(loaded.ok || loaded.pluginProblem !== undefined);
  const ruleset = buildRuleset(selectRules(loaded.rules, []), SOURCES, { matching: 'all' });
  const matched = EVENTS.flatMap((event) =>
    ruleset.evaluate(event).map((rule) => {
      const render = alertRenderer(rule, SOURCES.find((source) => source.name === rule.source)?.catalog ?? syscallFields());
      return render.ok ? `${rule.name}: ${render.value(event).message}` : render.error;
    }),
  );
  const told = JSON.stringify([loaded.ok, issues.map(({ code, message }) => [code, message]), matched]);
  return { rules: loaded.rules.length, told };
}

describe('any rule files', () => {
  it('are loaded or refused, and never in the way of anything', () => {
    let loaded = 0;
    fc.assert(
      fc.property(anyFiles, (texts) => {
        const all = use(texts);
        loaded += all.rules;
        expect(use(texts)).toEqual(all);
        use(texts, { issues: 'first', plugins: [{ name: '__proto__', version: '1.0.0' }] });
      }),
      { numRuns: 150 },
    );
    expect(loaded).toBeGreaterThan(50);
  }, 60_000);

  it('have the same first error whether one is asked for or all', () => {
    fc.assert(
      fc.property(anyFiles, (texts) => {
        const [all, first] = (['all', 'first'] as const).map((issues) => {
          const sources = SOURCES.map(({ name: source, catalog }) => ({ name: source, catalog }));
          const { files: results } = loadRules(
            texts.map((each, index) => ({ name: `${index}.yaml`, text: each })),
            { sources, issues },
          );
          const error = results.flatMap((file) => file.issues).find(({ severity }) => severity === 'error');
          // Of outputs Falco's words say nothing; expressions are shown as they were written, or as Falco does, with their lists filled in.
          const message = error?.code === 'LOAD_ERR_COMPILE_OUTPUT' ? '' : error?.message;
          return error && { code: error.code, message, where: error.locations[0] };
        });
        expect({ texts, error: all }).toEqual({ texts, error: first });
      }),
      { numRuns: 150 },
    );
  }, 60_000);
});
