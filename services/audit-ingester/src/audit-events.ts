import { type Result, err, isRecord, ok } from '@whoran/kernel';

const GROUP = 'audit.k8s.io/v1';

/** The events of an audit.k8s.io/v1 EventList, or the one of an Event; the error says what the value is instead. */
export function eventsOf(value: unknown): Result<readonly unknown[], string> {
  if (!isRecord(value)) return err(`this is not an EventList or Event of ${GROUP}: the JSON is ${kindOf(value)}`);
  const { kind, apiVersion, items } = value;
  if ((kind !== 'EventList' && kind !== 'Event') || apiVersion !== GROUP) {
    return err(`this is not an EventList or Event of ${GROUP}: kind is ${print(kind)}, apiVersion is ${print(apiVersion)}`);
  }
  if (kind === 'Event') return ok([value]);
  // An empty list of Go is null.
  if (items === null || items === undefined) return ok([]);
  return Array.isArray(items) ? ok(items) : err(`items of the EventList is ${kindOf(items)}, not a list`);
}

/** Whether a value is a single Event, which was not sent as a list. */
export function isSingleEvent(value: unknown): boolean {
  return isRecord(value) && value['kind'] === 'Event';
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'missing';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}

function print(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 64)) : kindOf(value);
}
