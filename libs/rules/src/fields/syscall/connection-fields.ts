import type { FieldType, FieldValue, IpAddress, Scalar } from '../../values.ts';
import { type FieldDefinition, textField } from '../catalog.ts';
import type { RuleEvent } from '../field.ts';
import { ENDS } from './file-rows.ts';
import { sent, sentText, valueOf } from './sent-value.ts';

/** 0.0.0.0 and ::, which a socket has as long as it has no ends. */
const UNBOUND: Readonly<Record<string, IpAddress>> = {
  4: { family: 4, value: 0n },
  6: { family: 6, value: 0n },
};

/**
 * What both ends have. A socket without ends has the value of an unbound one, another file descriptor none, yet it exists; without
 * a file descriptor it is absent.
 */
function bothEnds(event: RuleEvent, type: FieldType, part: 'ip' | 'port'): readonly Scalar[] | undefined {
  const ends = ['c', 's'].map((end) => valueOf(type, sent(event, `fd.${end}${part}`))).filter(isScalar);
  if (ends.length > 0) return ends;
  const unbound = UNBOUND[typeOf(event) ?? ''];
  if (unbound) return [part === 'ip' ? unbound : 0];
  return isKnown(event) ? [] : undefined;
}

/** Falco calls a file descriptor `o` of which it does not know the type; such a one is as good as none. */
function isKnown(event: RuleEvent): boolean {
  return sent(event, 'fd.type') !== undefined || (typeOf(event) ?? 'o') !== 'o';
}

/** As one character; Falco may have sent the word only. */
function typeOf(event: RuleEvent): string | undefined {
  const type = sentText(event, 'fd.type');
  return sentText(event, 'fd.typechar') ?? (type?.startsWith('ipv') ? type.slice(3) : undefined);
}

function isScalar(value: FieldValue): value is Scalar {
  return value !== undefined && !Array.isArray(value);
}

function endsField(name: string, type: FieldType, part: 'ip' | 'port', about: string): FieldDefinition {
  return {
    ...textField(name, about, () => undefined),
    type,
    resolve: () => ({
      several: 'ends',
      read: (event) => bothEnds(event, type, part),
      json: (event) => sent(event, name) ?? null,
    }),
  };
}

/** A field of one end that is there as soon as there is a file descriptor. */
function nameField(end: string, about: string): FieldDefinition {
  const name = `fd.${end}ip.name`;
  const read = (event: RuleEvent): FieldValue => {
    const domain = sentText(event, name);
    if (domain !== undefined) return [domain];
    return sent(event, 'fd.type') === undefined ? undefined : [];
  };
  return {
    ...textField(name, about, () => undefined),
    resolve: () => ({ several: 'any', read, json: (event) => sent(event, name) ?? null }),
  };
}

function networkField(end: string, about: string): FieldDefinition {
  const name = `fd.${end}net`;
  const read = (event: RuleEvent): FieldValue => valueOf('IPNET', sent(event, `fd.${end}ip`));
  return {
    ...textField(name, about, () => undefined),
    type: 'IPNET',
    resolve: () => ({ read, json: (event) => sent(event, `fd.${end}ip`) ?? null }),
  };
}

/** Fields of connections that Falco does not send as they are compared: made of the addresses and ports of the ends. */
export const connectionFields: readonly FieldDefinition[] = [
  endsField('fd.ip', 'IPADDR', 'ip', 'The address of either end.'),
  endsField('fd.net', 'IPNET', 'ip', 'The address of either end, for networks.'),
  endsField('fd.port', 'PORT', 'port', 'The port of either end.'),
  endsField('fd.proto', 'PORT', 'port', 'The port of either end, for names of services.'),
  ...Object.entries(ENDS).map(([letter, end]) => networkField(letter, `The address of the ${end} end, for networks.`)),
  ...Object.entries(ENDS).map(([letter, end]) => nameField(letter, `The domain name of the ${end} end.`)),
];
