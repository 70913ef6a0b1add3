import { Buffer } from 'node:buffer';
import { isDeepStrictEqual } from 'node:util';
import { readAuditPayload } from '@whoran/rules';
import { type Case, type Kind, type Outcome, differs, passed } from '../kind.ts';

interface Expected {
  readonly emitted: readonly { readonly timestamp_ns: string; readonly bytes: number; readonly data?: string }[];
  readonly payload_error?: string;
  readonly item_errors?: readonly string[];
}

/** A payload, and the events and errors that come of it. */
export const kaIngest: Kind = {
  kind: 'ka-ingest',
  run(it: Case): Outcome {
    const expected = it['expect'] as Expected;
    const payload = typeof it['payload'] === 'string' ? it['payload'] : payloadOf(String(it['payload_recipe']));
    const read = readAuditPayload(payload, typeof it['max_event_size'] === 'number' ? it['max_event_size'] : undefined);
    const emitted = read.events.map(({ time, data }, at) => ({
      timestamp_ns: time.toString(),
      bytes: Buffer.byteLength(data),
      ...(expected.emitted[at]?.data === undefined ? {} : { data }),
    }));
    if (!isDeepStrictEqual(emitted, expected.emitted)) return differs('events', expected.emitted, emitted);
    const errors = expected.payload_error === undefined ? (expected.item_errors ?? []) : [expected.payload_error];
    const isRefusal = expected.payload_error !== undefined;
    if (read.refused !== isRefusal || read.errors.length !== errors.length) return differs('errors', errors, read.errors);
    const same = errors.every((error, at) => isSameError(error, read.errors[at] ?? ''));
    return same ? passed : differs('errors', errors, read.errors);
  },
};

/** Where JSON nests too deep, Falco's plugin panics while it words its error. */
function isSameError(expected: string, error: string): boolean {
  return expected === error || (expected.startsWith('JSON parser panic') && error.includes('too big depth'));
}

/** Cases with large payloads say how to make them. */
function payloadOf(recipe: string): string {
  const bytes = Number(/ has (\d+) bytes /.exec(recipe)?.[1]);
  const event = { kind: 'Event', auditID: 'a1', stageTimestamp: '2024-01-02T03:04:05.123456Z', big: '' };
  return JSON.stringify({ ...event, big: 'x'.repeat(bytes - JSON.stringify(event).length) });
}
