import type { Alert, Attribution, FieldValue } from '@whoran/contracts';
import { namedUser } from '@whoran/contracts';
import { printable, truncate } from '@whoran/kernel';
import { falcoBody } from '../falco-body.ts';

const LONGEST_NAME = 200;
const LONGEST_COMMAND = 1000;
/** More candidates than these are counted, not listed. */
const CANDIDATES_SHOWN = 3;

/** An alert as one line for a terminal: when, how urgent, what, who, where, how that is known, and the command. No line break. */
export function textLine(alert: Alert, update: boolean): string {
  const { time, priority } = falcoBody(alert, update);
  const parts = [
    time,
    priority.padEnd(9),
    name(alert.rule),
    ...(update ? [sayUpdate(alert)] : []),
    `user=${who(alert.whoran.attribution)}`,
    placeOf(alert),
    `evidence=${alert.whoran.attribution.evidence}`,
    whatOf(alert),
  ];
  return parts.join('  ').trimEnd();
}

function sayUpdate({ tags }: Alert): string {
  return tags?.includes('withdrawn') ? '[withdrawn: more is known now]' : '[update: the user is now known]';
}

function who(attribution: Attribution): string {
  const user = namedUser(attribution);
  if (user !== undefined) return name(user);
  const candidates = [...new Set((attribution.candidates ?? []).map((session) => session.user.username))];
  if (candidates.length === 0) return attribution.reason === undefined ? 'unknown' : `unknown (${attribution.reason})`;
  const shown = candidates.slice(0, CANDIDATES_SHOWN).map(name).join(' or ');
  const more = candidates.length - CANDIDATES_SHOWN;
  return `one of ${shown}${more > 0 ? ` or ${more} more` : ''}`;
}

function placeOf(alert: Alert): string {
  const namespace = textOf(alert.output_fields['k8s.ns.name']);
  const pod = textOf(alert.output_fields['k8s.pod.name']);
  return [alert.whoran.cluster, ...(pod === '' ? [alert.whoran.node] : [namespace, pod])].map(name).join('/');
}

function whatOf(alert: Alert): string {
  const command = textOf(alert.output_fields['proc.cmdline']);
  return printable(truncate(command === '' ? (alert.message ?? alert.output ?? '') : command, LONGEST_COMMAND));
}

function textOf(value: FieldValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function name(text: string): string {
  return printable(truncate(text, LONGEST_NAME));
}
