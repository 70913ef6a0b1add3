import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type Result, err, messageOf, ok } from '@whoran/kernel';
import { type EventSource, type Rule, auditFields, loadRules, selectRules, syscallFields } from '@whoran/rules';

/** The sources whose events are recorded, with their fields. */
export const sources: readonly EventSource[] = [
  { name: 'k8s_audit', catalog: auditFields() },
  { name: 'syscall', catalog: syscallFields() },
];

/** Loads the rules of files, those that are on. The error has every problem. */
export function loadFiles(paths: readonly string[]): Result<readonly Rule[], string> {
  try {
    const { files, rules } = loadRules(
      paths.map((path) => ({ name: basename(path), text: readFileSync(path, 'utf8') })),
      { sources },
    );
    const problems = files.flatMap(({ name, issues }) =>
      issues.filter(({ severity }) => severity === 'error').map(({ message, snippet }) => `${name}: ${message}\n${snippet}`),
    );
    return problems.length === 0 ? ok(selectRules(rules, [])) : err(problems.join('\n'));
  } catch (error) {
    return err(messageOf(error));
  }
}
