import { Buffer } from 'node:buffer';
import { textOf } from '../../audit/json-document.ts';
import { readAddress } from '../../evaluate/constants/addresses.ts';
import type { FieldType, FieldValue, Scalar } from '../../values.ts';
import type { RuleEvent } from '../field.ts';
import { own } from '../json-path.ts';

/** What Falco sent under a key of `output_fields`; null is nothing. */
export function sent(event: RuleEvent, key: string): unknown {
  return own(event.document, key) ?? undefined;
}

/** What was sent as a text, if anything was. */
export function sentText(event: RuleEvent, key: string): string | undefined {
  const value = sent(event, key);
  return typeof value === 'object' || value === undefined ? undefined : textOf(value);
}

/** A value of JSON as a value of a field; what the type cannot be is absent. */
export function valueOf(type: FieldType, value: unknown): FieldValue {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) return value.map((item) => scalarOf(type, item)).filter((item) => item !== undefined);
  return scalarOf(type, value);
}

function scalarOf(type: FieldType, value: unknown): Scalar | undefined {
  switch (type) {
    case 'CHARBUF':
    case 'FSPATH':
    case 'FSRELPATH':
      return typeof value === 'object' ? undefined : textOf(value);
    case 'BYTEBUF':
      return typeof value === 'string' ? Buffer.from(value, 'utf8') : undefined;
    case 'BOOL':
      return typeof value === 'boolean' ? value : undefined;
    case 'IPADDR':
    case 'IPNET':
      return typeof value === 'string' ? addressOf(value) : undefined;
    default:
      return numberOf(value);
  }
}

function addressOf(text: string): Scalar | undefined {
  const address = readAddress(text);
  return address.ok ? address.value : undefined;
}

/** Some numbers come as texts. */
function numberOf(value: unknown): number | bigint | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  if (typeof value !== 'string' || !/^-?\d{1,40}$/.test(value)) return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : BigInt(value);
}
