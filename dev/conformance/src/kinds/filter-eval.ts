import { type FieldCatalog, compileCondition, parseCondition } from '@whoran/rules';
import { type Case, type Kind, type Outcome, differs, passed } from '../kind.ts';
import { type MockField, mockCatalog, mockEvent } from './mock-catalog.ts';

/** What Falco made of a filter. */
interface Expected {
  readonly compile: 'ok' | 'error';
  readonly error?: string;
  readonly pos?: readonly [index: number, line: number, column: number];
  readonly result?: boolean;
  readonly warnings?: readonly string[];
  readonly num_warnings?: number;
}

/** A filter over typed fields: whether it compiles, what it warns of, and what it answers. */
export const filterEval: Kind = {
  kind: 'filter-eval',
  run: (it) => {
    const expected = it['expect'] as Expected;
    const actual = evaluate(it);
    if (actual.compile !== expected.compile) return differs('compilation', expected, actual);
    return actual.compile === 'error' ? compareErrors(expected, actual) : compareAnswers(expected, actual);
  },
};

function compareErrors(expected: Expected, { error, pos }: Expected): Outcome {
  if (error !== expected.error) return differs('error', expected.error, error);
  return expected.pos === undefined || String(pos) === String(expected.pos) ? passed : differs('position', expected.pos, pos);
}

function compareAnswers(expected: Expected, { result, warnings = [] }: Expected): Outcome {
  if (expected.result !== undefined && result !== expected.result) return differs('result', expected.result, result);
  const wanted = expected.warnings ?? [];
  return JSON.stringify(warnings) === JSON.stringify(wanted) ? passed : differs('warnings', wanted, warnings);
}

function evaluate(it: Case): Expected {
  const condition = parseCondition(it['filter'] as string);
  if (!condition.ok) {
    const { message, position } = condition.error;
    const place = `index ${position.index}, line ${position.line}, column ${position.column}`;
    return { compile: 'error', error: `filter error at ${place}: ${message}`, pos: [0, 1, 1] };
  }
  const catalog: FieldCatalog = mockCatalog(it['fields'] as Readonly<Record<string, MockField>>);
  const compiled = compileCondition(condition.value, catalog);
  if (!compiled.ok) {
    const { message, position } = compiled.error;
    return { compile: 'error', error: message, pos: [position.index, position.line, position.column] };
  }
  const warnings = compiled.value.warnings.map(({ message }) => message);
  return { compile: 'ok', result: compiled.value.matches(mockEvent), warnings };
}
