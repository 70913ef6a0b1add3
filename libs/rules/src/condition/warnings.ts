import type { WarningCode } from '../issues.ts';
import type { BinaryCheck, Condition } from './ast.ts';
import { checksIn, fieldsOf, fieldsOfOperand } from './walk.ts';

/** Something in a condition that is legal and most likely not what was meant. */
export interface ConditionWarning {
  readonly code: Extract<WarningCode, 'LOAD_UNSAFE_NA_CHECK' | 'LOAD_DEPRECATED_ITEM'>;
  /** Falco's text; it has none for LOAD_UNSAFE_NA_CHECK. */
  readonly message: string;
}

/** Falco has no enter events any more, which these fields were about. */
const DEPRECATED: ReadonlySet<string> = new Set([
  'evt.dir',
  'evt.latency',
  'evt.latency.s',
  'evt.latency.ns',
  'evt.latency.human',
  'evt.wait.latency',
]);

/** What a resolved condition is warned of, each warning once. */
export function conditionWarnings(condition: Condition): readonly ConditionWarning[] {
  const unsafe = checksIn(condition).some((check) => check.type === 'binary' && comparesWithNa(check));
  const names = new Set(fieldsOf(condition).map(({ name }) => name));
  return [
    ...(unsafe ? [{ code: 'LOAD_UNSAFE_NA_CHECK', message: '' } as const] : []),
    ...[...names.intersection(DEPRECATED)].map((name) => ({ code: 'LOAD_DEPRECATED_ITEM', message: deprecation(name) }) as const),
  ];
}

function deprecation(field: string): string {
  if (field !== 'evt.dir') return `usage of deprecated field '${field}' has been detected in the rule condition`;
  return (
    "due to the drop of enter events, 'evt.dir = <' always evaluates to true, and 'evt.dir = >' always evaluates to false. " +
    "The rule expression can be simplified by removing the condition on 'evt.dir'"
  );
}

const NEVER_NA = /^(?:ka|jevt)\./;
const EQUALITY: ReadonlySet<string> = new Set(['=', '==', '!=', 'in', 'intersects', 'pmatch'] satisfies BinaryCheck['operator'][]);

/** Fields of audit events are absent where others are the text `<NA>`: such a test never holds. */
function comparesWithNa({ left, operator, modifier, right }: BinaryCheck): boolean {
  if (modifier !== undefined || !EQUALITY.has(operator)) return false;
  if (!fieldsOfOperand(left).some(({ name }) => NEVER_NA.test(name))) return false;
  return right.type === 'list' ? right.values.includes('<NA>') : right.type === 'value' && right.value === '<NA>';
}
