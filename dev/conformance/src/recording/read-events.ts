import { createReadStream, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Unusable } from '@whoran/command';
import { requestAttribution } from '@whoran/audit-sessions';
import { AuditEvent, check, parseJson } from '@whoran/contracts';
import { isRecord, parseInstant } from '@whoran/kernel';
import { type RuleEvent, readAuditPayload } from '@whoran/rules';
import type { KnownEvent } from './decide.ts';

/** The folder is no recording: what is missing, or wrong in which line. */
export class RecordingUnusable extends Unusable {}

/** An alert as Falco sent it. */
export interface FalcoAlert {
  readonly rule: string;
  readonly priority: string;
  readonly message: string;
  readonly tags: readonly string[];
  readonly fields: Readonly<Record<string, unknown>>;
}

/** One event as Falco saw it: its alerts, by rule, and the fields that any of them carries. */
export interface FalcoEvent extends KnownEvent {
  readonly alerts: ReadonlyMap<string, FalcoAlert>;
}

/** What of a recording rules can be run over. */
export interface RecordedEvents {
  /** In the order of their first lines. */
  readonly falco: readonly FalcoEvent[];
  readonly audit: readonly RuleEvent[];
}

/** Reads `falco.jsonl` and `audit.jsonl`, of which one may be absent. Rejects with RecordingUnusable. */
export async function readEvents(folder: string): Promise<RecordedEvents> {
  const [falco, audit] = [join(folder, 'falco.jsonl'), join(folder, 'audit.jsonl')];
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw new RecordingUnusable(`${folder}: no such folder`);
  if (![falco, audit].some((file) => existsSync(file))) {
    throw new RecordingUnusable(`${folder}: it has neither falco.jsonl nor audit.jsonl`);
  }
  const lines = await readLines(falco, readFalcoLine);
  return { falco: eventsOf(lines), audit: (await readLines(audit, readAuditLine)).flat() };
}

async function readLines<T>(file: string, read: (text: string) => T): Promise<readonly T[]> {
  if (!existsSync(file)) return [];
  const found: T[] = [];
  let number = 0;
  for await (const text of createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity })) {
    number += 1;
    if (text.trim() === '') continue;
    try {
      found.push(read(text));
    } catch (error) {
      if (!(error instanceof RecordingUnusable)) throw error;
      throw new RecordingUnusable(`${file} line ${number}: ${error.message}`);
    }
  }
  return found;
}

interface FalcoLine {
  readonly alert: FalcoAlert;
  readonly time: string;
  readonly hostname: string;
}

function readFalcoLine(text: string): FalcoLine {
  const { rule, source = 'syscall', priority, message, output, tags, time, hostname = '', output_fields: fields } = readObject(text);
  if (typeof rule !== 'string' || typeof priority !== 'string') throw new RecordingUnusable('it has no rule or no priority');
  if (source !== 'syscall') throw new RecordingUnusable(`its source is ${String(source)}, and only system calls can be compared`);
  if (typeof time !== 'string' || parseInstant(time) === undefined) throw new RecordingUnusable('it has no time');
  if (typeof hostname !== 'string') throw new RecordingUnusable('its hostname is no text');
  if (!isRecord(fields)) throw new RecordingUnusable('it has no output_fields');
  const words = typeof message === 'string' ? message : String(output);
  const alert = { rule, priority, message: words, tags: Array.isArray(tags) ? tags.map(String) : [], fields };
  return { alert, time, hostname };
}

/** Falco writes a line for each rule that an event matches: what they say of the event belongs together. */
function eventsOf(lines: readonly FalcoLine[]): readonly FalcoEvent[] {
  const groups = Map.groupBy(lines, ({ alert, time, hostname }) => JSON.stringify([hostname, time, String(alert.fields['evt.num'])]));
  return [...groups.values()].map((group) => {
    const [{ time, hostname } = { time: '', hostname: '' }] = group;
    const document = Object.fromEntries(group.flatMap(({ alert }) => Object.entries(alert.fields)));
    return {
      event: { source: 'syscall', document, time: parseInstant(time) ?? 0n, hostname },
      sent: new Set(Object.keys(document)),
      alerts: new Map(group.map(({ alert }) => [alert.rule, alert])),
    };
  });
}

function readAuditLine(text: string): readonly RuleEvent[] {
  const { events, errors } = readAuditPayload(text);
  const [problem] = errors;
  if (problem !== undefined) throw new RecordingUnusable(problem);
  return events.map(({ document, time }) => ({ source: 'k8s_audit', document, time, hostname: '', ...attributionOf(document) }));
}

const WEBHOOK = 'exec.whoran.dev';

/** Who asked, as the fields `k8s.user.*` and `exec.*` have it; whatever is wrong with an event, Falco's fields can be read. */
function attributionOf(document: RuleEvent['document']): Pick<RuleEvent, 'attribution'> {
  const { auditID: id, stageTimestamp: receivedAt } = document;
  const audit = check<AuditEvent>(AuditEvent, { ...document, whoran: { id, cluster: 'recorded', receivedAt } });
  return audit.ok ? { attribution: requestAttribution(audit.value, { webhookName: WEBHOOK }) } : {};
}

function readObject(text: string): Readonly<Record<string, unknown>> {
  const json = parseJson(text);
  if (!json.ok) throw new RecordingUnusable(`not JSON: ${json.error}`);
  if (!isRecord(json.value)) throw new RecordingUnusable('it is no JSON object');
  return json.value;
}
