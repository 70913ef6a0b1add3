import { printable } from '@whoran/kernel';
import type { CaseResult } from './run-cases.ts';

interface Counts {
  readonly cases: number;
  readonly passed: number;
  readonly failed: number;
  readonly notApplicable: number;
}

/** Whether any case failed. */
export function hasFailures(results: readonly CaseResult[]): boolean {
  return results.some(({ outcome }) => outcome.kind === 'failed');
}

/** The report for a program: counts for all and per file, then every case that did not simply pass. */
export function jsonReport(results: readonly CaseResult[]): Readonly<Record<string, unknown>> {
  return {
    ...countsOf(results),
    files: byFile(results).map(([name, some]) => ({ name, ...countsOf(some) })),
    failures: results.flatMap(({ file, name, kind, outcome }) =>
      outcome.kind === 'failed' ? [{ file, name, kind, message: outcome.message }] : [],
    ),
    notApplicable: results.flatMap(({ file, name, kind, outcome }) =>
      outcome.kind === 'not-applicable' ? [{ file, name, kind, reason: outcome.reason }] : [],
    ),
    staleDeviations: results.filter(({ stale }) => stale).map(({ file, name }) => ({ file, name })),
  };
}

/** The report for people: a table, then the reasons for what is not applicable, the stale deviations, and every failure. */
export function textReport(results: readonly CaseResult[]): readonly string[] {
  const rows = [...byFile(results), ['all', results] as const];
  const width = Math.max('file'.length, ...rows.map(([name]) => printable(name).length));
  const row = (name: string, cells: readonly string[]) =>
    `${printable(name).padEnd(width)}  ${cells.map((cell) => cell.padStart(14)).join(' ')}`;
  return [
    row('file', ['cases', 'passed', 'failed', 'not applicable']),
    ...rows.map(([name, some]) => row(name, Object.values(countsOf(some)).map(String))),
    ...notApplicableLines(results),
    ...section(
      'listed as deviations, but they pass',
      results.filter(({ stale }) => stale).map((result) => titleOf(result)),
    ),
    ...section(
      'failed',
      results.flatMap((result) => (result.outcome.kind === 'failed' ? [`${titleOf(result)}: ${printable(result.outcome.message)}`] : [])),
    ),
  ];
}

function notApplicableLines(results: readonly CaseResult[]): readonly string[] {
  const reasons = new Map<string, string[]>();
  for (const result of results) {
    if (result.outcome.kind !== 'not-applicable') continue;
    const names = reasons.get(result.outcome.reason) ?? [];
    names.push(titleOf(result));
    reasons.set(result.outcome.reason, names);
  }
  return [...reasons].flatMap(([reason, names]) => section(`not applicable: ${printable(reason)}`, names));
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', `${title} (${lines.length})`, ...lines.map((line) => `  ${line}`)];
}

function titleOf({ file, name }: CaseResult): string {
  return printable(`${file}: ${name}`);
}

function countsOf(results: readonly CaseResult[]): Counts {
  const count = (kind: CaseResult['outcome']['kind']) => results.filter(({ outcome }) => outcome.kind === kind).length;
  return { cases: results.length, passed: count('passed'), failed: count('failed'), notApplicable: count('not-applicable') };
}

function byFile(results: readonly CaseResult[]): readonly (readonly [string, readonly CaseResult[]])[] {
  return [...Map.groupBy(results, ({ file }) => file)];
}
