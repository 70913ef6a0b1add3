import type { Alert, Notification } from '@whoran/contracts';
import { printable, truncate } from '@whoran/kernel';
import { factsOf, nameOnLine } from './alert-facts.ts';

const LONGEST_COMMAND = 120;
const LABELS_SHOWN = 4;
const RULES_SHOWN = 3;

/** Who did what where, in one line: `jane ran "id" in prod/payments/api-0: Terminal shell in container`. Nothing in it breaks a line. */
export function alertTitle(alert: Alert): string {
  const { who, place, command, request, withdrawn } = factsOf(alert);
  const did = request ?? (command === undefined ? undefined : `ran "${truncate(command, LONGEST_COMMAND)}"`);
  const prefix = withdrawn ? 'Withdrawn: ' : alert.whoran.update ? 'Update: ' : '';
  return `${prefix}${[who, ...(did === undefined ? [] : [printable(truncate(did, LONGEST_COMMAND + 20))]), 'in', place].join(' ')}: ${nameOnLine(alert.rule)}`;
}

/** What a notification says in one line: of one alert its title, of a group how many and of what, of a storm how many from when. */
export function notificationTitle(notification: Notification): string {
  const { escalated, reason } = notification;
  const prefix = escalated ? `${nameOnLine(escalated.from)} was not reached. ` : reason === 'repeat' ? 'Still: ' : '';
  return `${prefix}${bodyOf(notification)}`;
}

function bodyOf({ alerts, total, group, storm, receiver }: Notification): string {
  const last = alerts.at(-1);
  if (storm) {
    const rules = storm.rules.slice(0, RULES_SHOWN).map(({ name, alerts: count }) => `${nameOnLine(name)} (${count})`);
    return `${total} alerts between ${storm.since} and ${storm.until}, too many to tell each${rules.length > 0 ? `: ${rules.join(', ')}` : ''}`;
  }
  if (!last) return `${total} ${total === 1 ? 'alert' : 'alerts'} for ${nameOnLine(receiver)}`;
  if (total === 1) return alertTitle(last);
  const labels = Object.entries(group?.labels ?? {}).slice(0, LABELS_SHOWN);
  const of = labels.map(([name, value]) => `${nameOnLine(name)}=${nameOnLine(value)}`).join(' ');
  return `${total} alerts${of === '' ? '' : ` of ${of}`}, the last: ${alertTitle(last)}`;
}
