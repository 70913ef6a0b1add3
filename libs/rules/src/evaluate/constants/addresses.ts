import { type Result, err, ok } from '@whoran/kernel';
import type { IpAddress } from '../../values.ts';
import { readInteger } from './integers.ts';

/** A network: addresses of the same family whose leading bits are those of `base`. */
export interface IpNetwork {
  readonly family: 4 | 6;
  /** The address without the bits that are not looked at. */
  readonly base: bigint;
  /** How many trailing bits are not looked at. */
  readonly shift: bigint;
}

/** Reads an address as inet_pton does. Text with a dot is IPv4, any other IPv6: Falco knows no IPv6 address with dots. */
export function readAddress(text: string): Result<IpAddress, string> {
  const family = text.includes('.') ? 4 : 6;
  const value = family === 4 ? parseV4(text) : parseV6(text);
  return value === undefined ? err(`unrecognized IPv${family} address ${text}`) : ok({ family, value });
}

/** Reads `address/prefix`. Bits behind the prefix do not matter; an IPv6 prefix of 0 is refused, as Falco does. */
export function readNetwork(text: string): Result<IpNetwork, string> {
  const slash = text.indexOf('/');
  const family = text.includes('.') ? 4 : 6;
  if (slash < 0) return err(family === 4 ? `unrecognized IP network ${text}` : `invalid v6 netmask: ${text}`);
  const [address, mask] = [text.slice(0, slash), text.slice(slash + 1)];
  const value = family === 4 ? parseV4(address) : parseV6(address);
  if (value === undefined) return err(family === 4 ? `unrecognized IP address ${text}` : `unrecognized IPv6 address ${text}`);
  const prefix = readInteger(mask, 'UINT8');
  if (!prefix.ok) return prefix;
  const bits = family === 4 ? 32 : 128;
  const length = Number(prefix.value);
  if (length > bits || (family === 6 && length === 0)) return err(`invalid ${family === 4 ? '' : 'v6 '}netmask ${mask}`);
  const shift = BigInt(bits - length);
  return ok({ family, base: value >> shift, shift });
}

/** Whether the address is in the network. */
export function isInNetwork(address: IpAddress, network: IpNetwork): boolean {
  return address.family === network.family && address.value >> network.shift === network.base;
}

/** Whether both are the same address of the same family. */
export function isSameAddress(one: IpAddress, other: IpAddress): boolean {
  return one.family === other.family && one.value === other.value;
}

const OCTET = /^(?:0|[1-9][0-9]{0,2})$/;
const GROUP = /^[0-9a-fA-F]{1,4}$/;

/** Parses an IPv4 address of four decimal numbers without leading zeros; nothing if it is none. */
export function parseV4(text: string): bigint | undefined {
  const octets = text.split('.', 5);
  if (octets.length !== 4 || !octets.every((octet) => OCTET.test(octet) && Number(octet) < 256)) return undefined;
  return octets.reduce((sum, octet) => (sum << 8n) | BigInt(octet), 0n);
}

/** Parses an IPv6 address, with an IPv4 address as its end or without; nothing if it is none. */
export function parseV6(text: string): bigint | undefined {
  const [head = '', tail, ...more] = withoutDots(text)?.split('::', 3) ?? [];
  if (text === '' || more.length > 0) return undefined;
  const [left, right] = [groupsOf(head), groupsOf(tail ?? '')];
  const count = left.length + right.length;
  if (![...left, ...right].every((group) => GROUP.test(group))) return undefined;
  if (tail === undefined ? count !== 8 : count > 7) return undefined;
  const groups = [...left, ...Array<string>(8 - count).fill('0'), ...right];
  return groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}

function groupsOf(text: string): readonly string[] {
  return text === '' ? [] : text.split(':', 9);
}

/** An IPv4 address at the end becomes two groups. */
function withoutDots(text: string): string | undefined {
  if (!text.includes('.')) return text;
  const colon = text.lastIndexOf(':');
  const value = parseV4(text.slice(colon + 1));
  if (colon < 0 || value === undefined) return undefined;
  return `${text.slice(0, colon + 1)}${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;
}
