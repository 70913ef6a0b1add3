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
    notApplicableCases: results.flatMap(({ file, name, kind, outcome, deviation }) =>
      outcome.kind === 'not-applicable' ? [{ file, name, kind, reason: outcome.reason, onPurpose: deviation === 'needed' }] : [],
    ),
    staleDeviations: results.filter(isStale).map(({ file, name }) => ({ file, name })),
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
    ...section('listed as deviations, but they pass', results.filter(isStale).map(titleOf)),
    ...section(
      'failed',
      results.flatMap((result) => (result.outcome.kind === 'failed' ? [`${titleOf(result)}: ${printable(result.outcome.message)}`] : [])),
    ),
  ];
}

function isStale({ deviation }: CaseResult): boolean {
  return deviation === 'stale';
}

function notApplicableLines(results: readonly CaseResult[]): readonly string[] {
  const groups = Map.groupBy(results, headingOf);
  groups.delete(undefined);
  const deviating = results.filter(({ deviation }) => deviation === 'needed').length;
  const share = ((deviating / Math.max(results.length, 1)) * 100).toFixed(2);
  return [
    ...[...groups].flatMap(([heading = '', some]) => section(heading, some.map(titleOf))),
    ...(deviating === 0 ? [] : ['', `differs on purpose: ${deviating} of ${results.length} cases (${share} %)`]),
  ];
}

function headingOf({ outcome, deviation }: CaseResult): string | undefined {
  if (outcome.kind !== 'not-applicable') return undefined;
  return printable(`${deviation === 'needed' ? 'differs on purpose' : 'not applicable'}: ${outcome.reason}`);
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
