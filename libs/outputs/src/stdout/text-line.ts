import type { Alert } from '@whoran/contracts';
import { printable, truncate } from '@whoran/kernel';
import { falcoBody } from '../falco-body.ts';
import { firstText, nameOnLine, placeOf, whoIs } from '../formats/alert-facts.ts';

const LONGEST_COMMAND = 1000;

/** An alert as one line for a terminal: when, how urgent, what, who, where, how that is known, and the command. No line break. */
export function textLine(alert: Alert, update: boolean): string {
  const { time, priority } = falcoBody(alert, update);
  const { attribution } = alert.whoran;
  const parts = [
    time,
    priority.padEnd(9),
    nameOnLine(alert.rule),
    ...(update ? [sayUpdate(alert)] : []),
    `user=${whoIs(attribution)}`,
    placeOf(alert),
    `evidence=${attribution.evidence}`,
    whatOf(alert),
  ];
  return parts.join('  ').trimEnd();
}

function sayUpdate({ tags }: Alert): string {
  return tags?.includes('withdrawn') ? '[withdrawn: more is known now]' : '[update: the user is now known]';
}

function whatOf(alert: Alert): string {
  const what = firstText(alert, 'proc.cmdline') ?? alert.message ?? alert.output ?? '';
  return printable(truncate(what, LONGEST_COMMAND));
}
