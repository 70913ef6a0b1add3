import { Buffer } from 'node:buffer';
import { type Result, err, ok } from '@whoran/kernel';
import type { FieldType, IpAddress } from '../../values.ts';
import { byteLength } from '../match/byte-text.ts';
import type { Operator } from '../operators.ts';
import { type IpNetwork, readAddress, readNetwork } from './addresses.ts';
import { isIntegerType, readInteger } from './integers.ts';
import { readPort } from './ports.ts';

/** A constant of a condition as values of its type are compared with it. */
export type Constant = string | number | bigint | boolean | Uint8Array | IpAddress | IpNetwork;

/** One byte is for the zero that ends C's strings. */
const MAX_BYTES = 256;
const HEX = /^(?:[0-9a-fA-F]{2})*$/;
const NUMBER = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;

/** Reads a constant for a field of the type; the error is Falco's. */
export function readConstant(text: string, type: FieldType, operator: Operator): Result<Constant, string> {
  if (type === 'BYTEBUF') return readBuffer(text, operator);
  if (text.includes('\0')) return err('filter error: filter value cannot contain a NUL byte (\\x00)');
  if (isIntegerType(type)) return readInteger(text, type);
  switch (type) {
    case 'PORT':
      return readPort(text);
    case 'DOUBLE':
      return NUMBER.test(text) ? ok(Number(text)) : err(`${text} is not a valid number`);
    case 'BOOL':
      return text === 'true' || text === 'false' ? ok(text === 'true') : err(`filter error: unrecognized boolean value ${text}`);
    case 'IPADDR':
      return readAddress(text);
    case 'IPNET':
      return readNetwork(text);
    default:
      return readText(text);
  }
}

function readText(text: string): Result<string, string> {
  const used = byteLength(text) + 1;
  return used > MAX_BYTES ? err(`filter parameter too long (used=${used}, available=${MAX_BYTES}):${text}`) : ok(text);
}

function readBuffer(text: string, operator: Operator): Result<Uint8Array, string> {
  const hex = operator === 'bcontains' || operator === 'bstartswith';
  if (hex && !HEX.test(text)) return err('filter error: bcontains and bstartswith operator support hex strings only');
  const bytes = Buffer.from(text, hex ? 'hex' : 'utf8');
  return bytes.length >= MAX_BYTES ? err('filter parameter too long (byte buf)') : ok(bytes);
}
