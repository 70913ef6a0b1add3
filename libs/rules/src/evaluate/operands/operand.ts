import type { FieldType } from '../../values.ts';
import type { ResolvedField } from '../../fields/field.ts';
import type { Read } from '../memory.ts';

/** What one side of a check reads from an event: a field, or a transformer over fields and constants. */
export interface Operand {
  /** Operands with the same key read the same. */
  readonly key: string;
  /** The field's name, as error messages have it. */
  readonly name: string;
  readonly type: FieldType;
  readonly list: boolean;
  readonly several?: ResolvedField['several'];
  /** What reading takes, beside a field's 1. */
  readonly cost: number;
  /** An empty list is a value that is there; what is absent is undefined. */
  readonly read: Read;
}

/** Whether the type is compared as text. */
export function isText(type: FieldType): boolean {
  return type === 'CHARBUF' || type === 'FSPATH' || type === 'FSRELPATH';
}
