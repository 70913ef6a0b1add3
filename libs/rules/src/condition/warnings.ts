import type { WarningCode } from '../issues.ts';
import type { BinaryCheck, Condition } from './ast.ts';
import { checksIn, fieldsOfOperand } from './walk.ts';

/** Something in a condition that is legal and most likely not what was meant. */
export interface ConditionWarning {
  readonly code: Extract<WarningCode, 'LOAD_UNSAFE_NA_CHECK' | 'LOAD_DEPRECATED_ITEM'>;
  /** Falco's text; it has none for LOAD_UNSAFE_NA_CHECK. */
  readonly message: string;
}

const NEVER_NA = /^(?:ka|jevt)\./;
const EQUALITY: ReadonlySet<string> = new Set(['=', '==', '!=', 'in', 'intersects', 'pmatch'] satisfies BinaryCheck['operator'][]);

const DIRECTION: ConditionWarning = {
  code: 'LOAD_DEPRECATED_ITEM',
  message:
    "due to the drop of enter events, 'evt.dir = <' always evaluates to true, and 'evt.dir = >' always evaluates to false. " +
    "The rule expression can be simplified by removing the condition on 'evt.dir'",
};

/** What a resolved condition is warned of, each warning once. */
export function conditionWarnings(condition: Condition): readonly ConditionWarning[] {
  const checks = checksIn(condition);
  const unsafe = checks.some((check) => check.type === 'binary' && comparesWithNa(check));
  const direction = checks.some(({ left }) => left.type === 'field' && left.name === 'evt.dir');
  return [...(direction ? [DIRECTION] : []), ...(unsafe ? [{ code: 'LOAD_UNSAFE_NA_CHECK', message: '' } as const] : [])];
}

/** Fields of audit events are absent where others are the text `<NA>`: such a test never holds. */
function comparesWithNa({ left, operator, modifier, right }: BinaryCheck): boolean {
  if (modifier !== undefined || !EQUALITY.has(operator)) return false;
  if (!fieldsOfOperand(left).some(({ name }) => NEVER_NA.test(name))) return false;
  return right.type === 'list' ? right.values.includes('<NA>') : right.type === 'value' && right.value === '<NA>';
}
