import { requestAttribution } from '@whoran/audit-sessions';
import { Attribution, AuditEvent, check, parseJson } from '@whoran/contracts';
import { isRecord, messageOf, parseInstant } from '@whoran/kernel';
import { type AuditPayloadEvent, type RuleEvent, readAuditPayload } from '@whoran/rules';
import { EXIT, Failure } from '../failure.ts';
import { aboutAudit, aboutFalco } from './event-text.ts';
import { readBounded } from './read-bounded.ts';

/** An event to run rules over. */
export interface GivenEvent {
  /** From 1, in the order of the file. */
  readonly number: number;
  /** From 1; events of a list share it. */
  readonly line: number;
  readonly event: RuleEvent;
  /** What it is, in a few words. */
  readonly about: string;
}

/** Events of a file, and what of it could not be read. */
export interface GivenEvents {
  readonly events: readonly GivenEvent[];
  readonly problems: readonly string[];
  /** How many events of Falco were left out: those of plugins, which rules see as the plugin's own events. */
  readonly others: number;
}

const MAX_FILE = 256 << 20;
const MAX_PROBLEMS = 1000;
/** Our own topics and recordings may have bodies that Falco would leave out. */
const MAX_EVENT = 16 << 20;

/**
 * Reads Kubernetes audit events in any form that Falco takes (an event, an EventList, arrays, one of these a line), Falco's JSON lines,
 * and the events of our topics, mixed as they come. Throws Failure if the file cannot be read or holds nothing of the kind.
 */
export function readEvents(path: string, webhookName: string): GivenEvents {
  const text = readBounded(path, MAX_FILE);
  if (!text.ok) throw new Failure(`cannot read the events of ${path}: ${text.error}`, { status: EXIT.usage });
  const read: Reading = { events: [], problems: [], others: 0, webhookName };
  const lines = text.value.replace(/^\uFEFF/, '').split('\n');
  const first = lines.findIndex((line) => line.trim() !== '');
  // Whether there is one document or one a line shows in the first: a document over several lines does not end in it.
  const isWhole = first >= 0 && !parseJson(lines[first] ?? '').ok && parseJson(text.value).ok;
  if (isWhole) readDocument(text.value, first + 1, read);
  else for (const [index, line] of lines.entries()) if (line.trim() !== '') readDocument(line, index + 1, read);
  if (read.events.length + read.problems.length + read.others > 0) return read;
  throw new Failure(`${path} has no events`, { status: EXIT.usage });
}

/** The names of the fields that Falco sent with the events of a file. Throws Failure if there are no Falco events. */
export function keysSent(path: string): ReadonlySet<string> {
  const keys = keysOf(readEvents(path, '').events);
  if (keys !== undefined) return keys;
  throw new Failure(`${path} has no Falco events of system calls: what Falco sends cannot be seen in it`, { status: EXIT.usage });
}

/** The names of all fields of the Falco events; nothing if there are none. */
export function keysOf(events: readonly GivenEvent[]): ReadonlySet<string> | undefined {
  const calls = events.filter(({ event }) => event.source === 'syscall');
  return calls.length === 0 ? undefined : new Set(calls.flatMap(({ event }) => Object.keys(event.document)));
}

interface Reading {
  readonly events: GivenEvent[];
  readonly problems: string[];
  others: number;
  readonly webhookName: string;
}

function readDocument(text: string, line: number, read: Reading): void {
  const json = parseJson(text);
  if (!json.ok) return complain(read, line, `is not JSON: ${json.error}`);
  const values: readonly unknown[] = Array.isArray(json.value) ? json.value : [json.value];
  if (values.length > 0 && values.every(isFalco)) {
    for (const value of values) readFalco(value, line, read);
    return;
  }
  // Events of lists and of our topic do not say that they are events.
  const isBare = isRecord(json.value) && json.value['kind'] === undefined && typeof json.value['auditID'] === 'string';
  const { events, errors } = readAuditPayload(isBare ? `{"kind":"EventList","items":[${text}]}` : text, MAX_EVENT);
  for (const error of errors) complain(read, line, error);
  for (const event of events) readAudit(event, line, read);
}

function complain({ problems }: Reading, line: number, message: string): void {
  if (problems.length < MAX_PROBLEMS) problems.push(`line ${line}: ${message}`);
}

function readFalco(value: FalcoObject, line: number, read: Reading): void {
  const { source = 'syscall', time, hostname, whoran } = value;
  if (source !== 'syscall') {
    read.others += 1;
    return;
  }
  const origin = isRecord(whoran) ? whoran : {};
  const attribution = check<Attribution>(Attribution, origin['attribution']);
  const instant = typeof time === 'string' ? parseInstant(time) : undefined;
  const event: RuleEvent = {
    source,
    document: value.output_fields,
    time: instant ?? 0n,
    hostname: [hostname, origin['node']].find((name) => typeof name === 'string') ?? '',
    ...(attribution.ok ? { attribution: attribution.value } : {}),
  };
  read.events.push({ number: read.events.length + 1, line, event, about: aboutFalco(value) });
}

function readAudit({ time, document: whole }: AuditPayloadEvent, line: number, read: Reading): void {
  const { whoran, ...document } = whole;
  const origin = { id: 'event', cluster: 'test', receivedAt: '1970-01-01T00:00:00Z', ...(isRecord(whoran) ? whoran : {}) };
  const cluster: unknown = origin.cluster;
  const event: RuleEvent = { source: 'k8s_audit', document, time, hostname: typeof cluster === 'string' ? cluster : '' };
  const audit = check<AuditEvent>(AuditEvent, { ...document, whoran: origin });
  const attributed = audit.ok ? attributionOf(audit.value, line, read) : undefined;
  read.events.push({
    number: read.events.length + 1,
    line,
    event: attributed === undefined ? event : { ...event, attribution: attributed },
    about: aboutAudit(document),
  });
}

function attributionOf(audit: AuditEvent, line: number, read: Reading): Attribution | undefined {
  try {
    return requestAttribution(audit, { webhookName: read.webhookName });
  } catch (error) {
    complain(read, line, `who made the request cannot be told: ${messageOf(error)}`);
    return undefined;
  }
}

/** What Falco writes, and what our topics have of it. */
type FalcoObject = Readonly<Record<string, unknown>> & { readonly output_fields: Readonly<Record<string, unknown>> };

function isFalco(value: unknown): value is FalcoObject {
  return isRecord(value) && isRecord(value['output_fields']);
}
