import type { BinaryCheck } from './condition/ast.ts';
import type { FieldType, IpAddress, Scalar } from './values.ts';

/** What stands on the right of a check. */
export interface Constant {
  readonly is: Scalar;
  /** Of a network: how many of its bits count. */
  readonly bits?: number;
}

/** What a constant of a condition means for a type. */
export function constantOf(type: FieldType, text: string): Constant {
  if (type === 'BOOL') return { is: text === 'true' };
  if (type === 'IPADDR') return { is: addressOf(text) };
  if (type === 'IPNET') return { is: addressOf(text.split('/')[0] ?? ''), bits: Number(text.split('/')[1]) };
  return { is: type === 'CHARBUF' || type === 'FSPATH' ? text : Number(text) };
}

/** Addresses are `a.b.c.d`, or IPv6 in eight groups. */
function addressOf(text: string): IpAddress {
  const [groups, width, family] = text.includes(':')
    ? ([text.split(':').map((group) => `0x${group}`), 16n, 6] as const)
    : ([text.split('.'), 8n, 4] as const);
  return { family, value: groups.reduce((value, group) => (value << width) | BigInt(group), 0n) };
}

/** Whether two values are equal. */
export function same(one: Scalar, other: Scalar): boolean {
  if (typeof one !== 'object' || typeof other !== 'object') return one === other;
  return (one as IpAddress).family === (other as IpAddress).family && (one as IpAddress).value === (other as IpAddress).value;
}

function within(one: Scalar, { is, bits }: Constant): boolean {
  if (bits === undefined) return same(one, is);
  const [address, network] = [one as IpAddress, is as IpAddress];
  const rest = BigInt((network.family === 4 ? 32 : 128) - bits);
  return address.family === network.family && address.value >> rest === network.value >> rest;
}

/** Whether an operator holds between a value and what stands on its right. */
export function compare(operator: BinaryCheck['operator'], one: Scalar, constant: Constant): boolean {
  if (typeof one === 'string' && typeof constant.is === 'string') {
    const order = Buffer.compare(Buffer.from(one), Buffer.from(constant.is));
    return compareOrder(operator, order) ?? compareTexts(operator, one, constant.is);
  }
  const holds = typeof one === 'object' ? undefined : compareOrder(operator, Number(one) - Number(constant.is));
  if (holds !== undefined) return holds;
  return operator === '!=' ? !within(one, constant) : within(one, constant);
}

function compareOrder(operator: BinaryCheck['operator'], order: number): boolean | undefined {
  switch (operator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    default:
      return undefined;
  }
}

function compareTexts(operator: BinaryCheck['operator'], text: string, other: string): boolean {
  switch (operator) {
    case '=':
    case '==':
    case 'in':
    case 'intersects':
      return text === other;
    case '!=':
      return text !== other;
    case 'contains':
      return text.includes(other);
    case 'icontains':
      return text.toLowerCase().includes(other.toLowerCase());
    case 'startswith':
      return text.startsWith(other);
    case 'endswith':
      return text.endsWith(other);
    case 'glob':
      return new RegExp(`^${other.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's').test(text);
    case 'iglob':
      return new RegExp(`^${other.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'is').test(text);
    case 'regex':
      return new RegExp(`^(?:${other})$`).test(text);
    case 'pmatch':
      return `${componentsOf(text)}/`.startsWith(`${componentsOf(other)}/`);
    default:
      throw new Error(`${operator} is not interpreted`);
  }
}

function componentsOf(path: string): string {
  return path.split('/').filter(Boolean).join('/');
}
