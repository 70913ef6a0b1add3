import { printInstant } from '@whoran/kernel';
import { textOf } from '../audit/json-document.ts';
import { type FieldDefinition, textField } from './catalog.ts';
import type { RuleEvent } from './field.ts';

const SECOND = 1_000_000_000n;

/** A bigint where a number would lose digits, a number otherwise. */
export function integer(value: bigint): number | bigint {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

/** A time of day in UTC with nine decimals, as alerts begin. */
export function timeOfDay(time: bigint): string {
  return printInstant(time).slice(-19, -1);
}

/** A time as Falco writes it for `evt.time.iso8601`. */
export function isoTime(time: bigint): string {
  return printInstant(time).replace('Z', '+0000');
}

/** Times are texts in outputs and conditions, and integers of nanoseconds in JSON. */
function timeField(name: string, about: string, print: (time: bigint) => string): FieldDefinition {
  const resolve = () => ({ read: ({ time }: RuleEvent) => print(time), json: ({ time }: RuleEvent) => integer(time) });
  return { ...textField(name, about, () => undefined), resolve };
}

function rawTime(name: string, about: string, part: (time: bigint) => bigint): FieldDefinition {
  const resolve = () => ({ read: ({ time }: RuleEvent) => integer(part(time)) });
  return { ...textField(name, about, () => undefined), type: 'ABSTIME', resolve };
}

const absent = () => undefined;

/** What every event has, whatever its source. Times are in UTC. */
export const eventFields: readonly FieldDefinition[] = [
  {
    ...textField('evt.num', 'The number that Falco gave the event, or 1: rules use it for conditions that always or never hold.', absent),
    type: 'UINT64',
    resolve: () => ({ read: () => 1 }),
  },
  timeField('evt.time', 'The time of day with nine decimals.', timeOfDay),
  timeField('evt.time.s', 'The time of day in seconds.', (time) => timeOfDay(time).slice(0, 8)),
  timeField('evt.time.iso8601', 'The date and time in ISO 8601, with nine decimals and the zone.', isoTime),
  timeField('evt.datetime', 'The date and the time of day, with nine decimals.', (time) => dateTime(time).slice(0, 29)),
  timeField('evt.datetime.s', 'The date and the time of day in seconds.', (time) => dateTime(time).slice(0, 19)),
  rawTime('evt.rawtime', 'Nanoseconds since 1970.', (time) => time),
  rawTime('evt.rawtime.s', 'Whole seconds since 1970.', (time) => time / SECOND),
  rawTime('evt.rawtime.ns', 'The nanoseconds of the second.', (time) => time % SECOND),
  textField('evt.pluginname', 'The plugin that the event came from.', ({ source }) => (source === 'k8s_audit' ? 'k8saudit' : undefined)),
  textField('evt.plugininfo', 'The whole event as JSON, for events that came from a plugin.', ({ source, document }) =>
    source === 'syscall' ? undefined : textOf(document),
  ),
  textField('evt.source', 'The source of the event: syscall, k8s_audit.', ({ source }) => source),
  {
    ...textField('evt.is_async', 'Whether the event was made up outside of its source; never here.', absent),
    type: 'BOOL',
    resolve: () => ({ read: () => false }),
  },
  textField('evt.asynctype', 'What kind of event was made up; absent here.', absent),
  textField('evt.hostname', 'The host that the event came from.', ({ hostname }) => hostname),
];

function dateTime(time: bigint): string {
  return printInstant(time).replace('T', ' ');
}
