import { truncate } from '@whoran/kernel';

type Fields = Readonly<Record<string, unknown>>;

const LONGEST = 200;

/** A Falco event in a few words: the system call and the command, or else the rule. */
export function aboutFalco(value: Fields & { readonly output_fields: Fields }): string {
  const { output_fields: fields } = value;
  const words = [fields['evt.type'], fields['proc.cmdline'] ?? fields['proc.name']].filter((word) => typeof word === 'string');
  return truncate(words.length > 0 ? words.join(' ') : `rule ${textOf(value['rule'])}`, LONGEST);
}

/** An audit event in a few words: who, what, and to which object. */
export function aboutAudit(document: Fields): string {
  const { verb, objectRef, requestURI, user, impersonatedUser, stage } = document;
  const { resource, subresource, namespace, name } = fieldsOf(objectRef);
  const object = [namespace, name].filter((part) => typeof part === 'string').join('/');
  const target =
    typeof resource === 'string' ? [resource, subresource].filter((part) => typeof part === 'string').join('/') : textOf(requestURI);
  const who = fieldsOf(impersonatedUser ?? user)['username'];
  return truncate(`${textOf(who)}: ${textOf(verb)} ${target} ${object} (${textOf(stage)})`.replace(/ {2,}/g, ' '), LONGEST);
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '?';
}
