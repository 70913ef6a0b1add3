import { Buffer } from 'node:buffer';
import { type Result, err, ok } from '@whoran/kernel';
import type { FieldCatalog, FieldType, FieldValue, ResolvedField, RuleEvent, Scalar } from '@whoran/rules';
import { readAddress } from '@whoran/rules';

/** A field of a case, with its value in the one event there is; null is absent. */
export interface MockField {
  readonly type: FieldType;
  readonly list?: boolean;
  readonly value: unknown;
}

type Fields = Readonly<Record<string, MockField>>;

/** The event of a case whose fields have the same value in every event. */
export const mockEvent: RuleEvent = { source: 'syscall', document: {}, time: 0n, hostname: '' };

/** A catalog of the fields of a case. Fields of both ends of a connection are made of those of its client and its server. */
export function mockCatalog(fields: Fields): FieldCatalog {
  return { resolve: (name, argument) => resolve(argument === undefined ? name : `${name}[${argument}]`, fields), list: () => [] };
}

const ENDS: Readonly<Record<string, { readonly type: FieldType; readonly ends: readonly string[] }>> = {
  'fd.ip': { type: 'IPADDR', ends: ['fd.cip', 'fd.sip'] },
  'fd.net': { type: 'IPNET', ends: ['fd.cip', 'fd.sip'] },
  'fd.port': { type: 'PORT', ends: ['fd.cport', 'fd.sport'] },
};

function resolve(name: string, fields: Fields): Result<ResolvedField, string> {
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (field) {
    const value = valueOf(field);
    return ok({ type: field.type, list: field.list === true, read: () => value });
  }
  const both = Object.hasOwn(ENDS, name) ? ENDS[name] : undefined;
  const ends = both?.ends.flatMap((end) => (fields[end] ? [valueOf(fields[end])] : [])) as readonly Scalar[] | undefined;
  if (both === undefined || ends === undefined || ends.length === 0) return err(`filter_check called with nonexistent field ${name}`);
  return ok({ type: both.type, list: false, several: 'ends', read: () => ends });
}

function valueOf({ type, list, value }: MockField): FieldValue {
  if (value === null) return undefined;
  return list === true ? (value as readonly unknown[]).map((item) => scalarOf(type, item)) : scalarOf(type, value);
}

function scalarOf(type: FieldType, value: unknown): Scalar {
  if (type === 'BYTEBUF') return Buffer.from(value as string, 'hex');
  if (type !== 'IPADDR' && type !== 'IPNET') return value as Scalar;
  const address = readAddressOf(value as string);
  if (!address.ok) throw new Error(address.error);
  return address.value;
}

/** Values may be IPv6 addresses with dots, which constants of conditions may not. */
function readAddressOf(text: string): ReturnType<typeof readAddress> {
  return readAddress(
    text.replace(/:(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_dots, ...octets: readonly string[]) => `:${hex(octets, 0)}:${hex(octets, 2)}`),
  );
}

function hex(octets: readonly string[], at: number): string {
  return (Number(octets[at]) * 256 + Number(octets[at + 1])).toString(16);
}
