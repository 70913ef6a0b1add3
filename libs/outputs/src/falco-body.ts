import { type Alert, type FieldValue, PRIORITIES, namedUser, priorityRank } from '@whoran/contracts';
import { parseInstant, printInstant } from '@whoran/kernel';

/** An alert as Falco's own JSON, which falcosidekick, falco-talon and every other reader of Falco's events takes. */
export interface FalcoBody {
  readonly output: string;
  readonly priority: string;
  readonly rule: string;
  readonly time: string;
  readonly source: string;
  readonly tags: readonly string[];
  readonly hostname: string;
  readonly output_fields: Readonly<Record<string, FieldValue | undefined>>;
}

/**
 * Makes the Falco event of an alert: Falco's keys and no others, since strict readers refuse unknown ones. What is ours
 * stands in `output_fields`: `whoran.alert.id` and `.revision`, and `.update` on a follow-up. Write it with encodeJson.
 */
export function falcoBody(alert: Alert, update: boolean): FalcoBody {
  return {
    output: withUser(alert),
    priority: priorityOf(alert),
    rule: alert.rule,
    time: timeOf(alert),
    source: alert.source ?? 'syscall',
    tags: alert.tags ?? [],
    hostname: alert.hostname ?? alert.whoran.node,
    output_fields: {
      ...alert.output_fields,
      'whoran.alert.id': alert.whoran.id,
      'whoran.alert.revision': alert.whoran.revision,
      ...(update ? { 'whoran.alert.update': true } : {}),
    },
  };
}

/** Falco's word for the priority, with its capital. */
function priorityOf(alert: Alert): string {
  const word = PRIORITIES[priorityRank(alert.priority)] ?? 'debug';
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
}

/** Nine decimals as Falco writes them. A time that cannot be read would make readers refuse the whole alert. */
function timeOf(alert: Alert): string {
  const instant = parseInstant(alert.time);
  return printInstant(instant !== undefined && instant >= 0n ? instant : (parseInstant(alert.whoran.raisedAt) ?? 0n));
}

function withUser(alert: Alert): string {
  // falcosidekick refuses an event without output.
  const text = [alert.output, alert.message, alert.rule].find((candidate) => candidate) ?? 'alert';
  const user = namedUser(alert.whoran.attribution);
  return user === undefined || text.includes(`user=${user}`) ? text : `${text} user=${user}`;
}
