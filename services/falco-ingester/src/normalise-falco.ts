import { FalcoEvent, check, encodeJson, topics, writtenAs } from '@whoran/contracts';
import type { Stamp } from '@whoran/ingest';
import { type Result, err, isRecord, ok, parseInstant, printIssue } from '@whoran/kernel';
import { falcoEventId } from '@whoran/service-kit';

/** The node of events that do not name theirs. */
export const UNKNOWN_NODE = 'unknown';

type Item = Readonly<Record<string, unknown>>;

/**
 * Stamps and checks one event of Falco or falcosidekick. What the sender put under `whoran` is replaced. The JSON that the event
 * was is passed on with the stamp at its end, where it is given.
 */
export function normaliseFalco(item: unknown, { cluster, receivedAt }: Stamp, json?: string): Result<FalcoEvent, string> {
  if (!isRecord(item)) return err('the Falco event is not an object');
  const fields = isRecord(item['output_fields']) ? item['output_fields'] : {};
  const node = nodeOf(item, fields);
  const time = typeof item['time'] === 'string' ? parseInstant(item['time']) : undefined;
  const rule = typeof item['rule'] === 'string' ? item['rule'] : '';
  const id = falcoEventId({ cluster, node, rule, time: time ?? 0n }, fields);
  const event = check<FalcoEvent>(topics.falcoEvents.schema, { ...item, whoran: { id, cluster, node, receivedAt } });
  if (event.ok && time !== undefined) return ok(json === undefined ? event.value : stamped(event.value, item, json));
  const problems = event.ok ? ['/time: must be an RFC 3339 time'] : event.error.map(printIssue);
  return err(`the Falco event is not valid: ${problems.join('; ')}`);
}

/** Writing events anew would take as long as reading them. An event on several lines, or one with a stamp, is written anew. */
function stamped(event: FalcoEvent, item: Item, json: string): FalcoEvent {
  const text = json.trim();
  if (text.includes('\n') || Object.hasOwn(item, 'whoran')) return event;
  return writtenAs(event, `${text.slice(0, -1)},"whoran":${encodeJson(event.whoran)}}`);
}

/** Falco's hostname: an opaque word. The field is there where `extra_fields` asks for it. */
function nodeOf(item: Item, fields: Item): string {
  for (const name of [item['hostname'], fields['evt.hostname']]) {
    if (typeof name === 'string' && name !== '' && name.length <= 253) return name;
  }
  return UNKNOWN_NODE;
}
