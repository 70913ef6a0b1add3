import { type Result, err, ok } from '@whoran/kernel';
import { bytesOf, respelled, textOfBytes, unescapeJson } from './go-text.ts';
import { parseGoTime } from './go-time.ts';
import { documentOf } from './json-document.ts';
import { type JsonMember, type JsonNode, writeNode } from './json-node.ts';
import { parseJsonNode } from './parse-json-node.ts';

/** How many bytes an event may have by default, written without blanks. */
export const MAX_AUDIT_EVENT_BYTES = 262_144;

/** An audit event of a payload. */
export interface AuditPayloadEvent {
  /** Nanoseconds since 1970, from `stageTimestamp`. */
  readonly time: bigint;
  /** The event as JSON without blanks, spelled as it was received. */
  readonly data: string;
  /** What fields are read from. */
  readonly document: Readonly<Record<string, unknown>>;
}

/** What became of a payload. With an error the payload as a whole was refused, and there are no events. */
export interface AuditPayload {
  readonly events: readonly AuditPayloadEvent[];
  /** Why single events were left out, or why the payload was refused. */
  readonly errors: readonly string[];
  readonly refused: boolean;
}

type ObjectNode = Extract<JsonNode, { readonly kind: 'object' }>;

/**
 * Reads what an API server or a log line holds, as Falco's k8saudit plugin does: an event, an EventList, or arrays of them. One element
 * of an array that is neither makes the whole payload refused; an event without a time or over the size is left out alone.
 */
export function readAuditPayload(text: string, maxEventBytes: number = MAX_AUDIT_EVENT_BYTES): AuditPayload {
  const node = parseJsonNode(bytesOf(text));
  if (!node.ok) return refused(node.error);
  const nodes = eventNodes(node.value);
  if (nodes === undefined) return refused('data not recognized as a k8s audit event');
  const events: AuditPayloadEvent[] = [];
  const errors: string[] = [];
  for (const item of nodes) {
    const event = eventOf(item, maxEventBytes);
    if (event.ok) events.push(event.value);
    else errors.push(event.error);
  }
  return { events, errors, refused: false };
}

function refused(error: string): AuditPayload {
  return { events: [], errors: [error], refused: true };
}

function eventNodes(node: JsonNode): readonly JsonNode[] | undefined {
  if (node.kind === 'array') {
    const lists = node.items.map(eventNodes);
    return lists.every((list) => list !== undefined) ? lists.flat() : undefined;
  }
  if (node.kind !== 'object') return undefined;
  const kind = stringOf(valueOf(node, 'kind'));
  if (kind === 'Event') return [lookedAt(node, ['kind'])];
  const items = kind === 'EventList' ? valueOf(node, 'items') : undefined;
  return items?.kind === 'array' && items.items.length > 0 ? items.items : undefined;
}

function eventOf(node: JsonNode, maxBytes: number): Result<AuditPayloadEvent, string> {
  const stamp = node.kind === 'object' ? valueOf(node, 'stageTimestamp') : undefined;
  if (node.kind !== 'object' || stamp === undefined) return err("can't read stageTimestamp");
  const time = parseGoTime(textOfBytes(stringOf(stamp) ?? ''));
  if (!time.ok) return time;
  const event = lookedAt(node, ['stageTimestamp']);
  const data = writeNode(event);
  if (data.length > maxBytes) return err(`event larger than maxEventSize: size=${data.length}`);
  return ok({ time: time.value, data: textOfBytes(data), document: documentOf(event) as Readonly<Record<string, unknown>> });
}

/**
 * The object after Falco has looked some keys up: their strings are spelled anew, and if a key was not there as it stood, all keys
 * are.
 */
function lookedAt(node: ObjectNode, keys: readonly string[]): ObjectNode {
  const plain = keys.every((key) => node.members.some((member) => member.key === key));
  const member = ({ key, value }: JsonMember): JsonMember => ({
    key: plain ? key : inside(key),
    value: value.kind === 'string' && keys.includes(unescapeJson(key)) ? { kind: 'string', raw: inside(value.raw) } : value,
  });
  return { kind: 'object', members: node.members.map(member) };
}

function inside(raw: string): string {
  return respelled(raw).slice(1, -1);
}

/** The first of equal keys counts; one that stood there unescaped comes before. */
function valueOf(node: ObjectNode, key: string): JsonNode | undefined {
  const members = node.members;
  return (members.find((member) => member.key === key) ?? members.find((member) => unescapeJson(member.key) === key))?.value;
}

function stringOf(node: JsonNode | undefined): string | undefined {
  return node?.kind === 'string' ? unescapeJson(node.raw) : undefined;
}
