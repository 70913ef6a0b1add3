import { type Result, err, ok } from '@whoran/kernel';
import { printCondition } from '../condition/print.ts';
import type { FieldCatalog, ResolvedField } from '../fields/field.ts';
import type { LoadIssue } from '../issues.ts';
import type { LoadResult } from './load-result.ts';
import { type LoadOptions, loadRules } from './load-rules.ts';

/** For specs: every name with a dot is a field with text, unless it begins with `no.`. */
export const anyField: FieldCatalog = {
  resolve: (name): Result<ResolvedField, string> => {
    if (name.startsWith('no.')) return err(`filter_check called with nonexistent field ${name}`);
    return ok({ type: 'CHARBUF', list: false, read: () => undefined });
  },
  list: () => [],
};

const SOURCES = ['syscall', 'k8s_audit'].map((name) => ({ name, catalog: anyField }));

/** For specs: loads texts as the files `1.yaml`, `2.yaml`, … */
export function load(texts: readonly string[], options: Partial<LoadOptions> = {}): LoadResult {
  return loadRules(
    texts.map((text, index) => ({ name: `${index + 1}.yaml`, text })),
    { sources: SOURCES, ...options },
  );
}

/** For specs: what is wrong, or odd, in all files, without costs of rules that match many types of events. */
export function issuesOf(result: LoadResult): readonly LoadIssue[] {
  return result.files.flatMap(({ issues }) => issues).filter(({ code }) => code !== 'LOAD_NO_EVTTYPE');
}

/** For specs: the issues as text, with the deepest place. */
export function told(result: LoadResult): readonly string[] {
  return issuesOf(result).map(({ code, message, locations }) => {
    const place = locations.at(-1);
    return `${code} ${place?.itemType ?? ''} ${place?.line ?? 0}:${place?.column ?? 0} ${message}`;
  });
}

/** For specs: every rule with its condition. */
export function conditions(result: LoadResult): Readonly<Record<string, string>> {
  return Object.fromEntries(result.rules.map(({ name, condition }) => [name, printCondition(condition)]));
}

/** For specs: a whole rule as YAML, with more lines behind it. */
export function ruleText(name: string, condition: string, ...more: readonly string[]): string {
  const lines = [`rule: ${name}`, 'desc: d', `condition: ${condition}`, 'output: o', 'priority: NOTICE', ...more];
  return `- ${lines.join('\n  ')}\n`;
}
