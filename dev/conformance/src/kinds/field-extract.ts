import { isDeepStrictEqual } from 'node:util';
import { type FieldValue, type RuleEvent, auditFields, jsonPointer, readAuditPayload, readJsonDocument } from '@whoran/rules';
import { type Case, type Kind, type Material, type Outcome, differs, passed } from '../kind.ts';

/** A value, an error of the plugin (absent for conditions), or neither (absent too). */
interface Expected {
  readonly value?: unknown;
  readonly error?: string;
}

const catalog = auditFields();
/** The time that the cases of the json plugin were recorded with. */
const TIME = 1_704_164_645_123_456_000n;

/** An audit event, and every `ka.*` field that has a value; all others are absent. */
export const kaExtract: Kind = {
  kind: 'ka-extract',
  run(it: Case, material: Material): Outcome {
    const event = eventOf(auditDocument(it, material));
    const expected = it['expect'] as Readonly<Record<string, Expected>>;
    const fields = new Set([...Object.keys(expected), ...fieldsWithoutArgument()]);
    for (const field of fields) {
      const found = extract(field, event);
      if (!isDeepStrictEqual(found, expected[field]?.value)) return differs(field, expected[field], found);
    }
    return passed;
  },
};

/** A JSON document, and one field of it. */
export const jevtExtract: Kind = {
  kind: 'jevt-extract',
  run(it: Case): Outcome {
    const raw = String(it['event_raw']);
    const expected = it['expect'] as Expected;
    // The plugin looks at the first byte before it reads.
    const document = /^[[{]/.test(raw) ? readJsonDocument(raw) : undefined;
    const found = document?.ok ? jevt(String(it['field']), it['key'], document.value) : undefined;
    return found === expected.value ? passed : differs('value', expected, found);
  },
};

/** Cases have keys that no condition can have, with blanks and brackets in them. */
function jevt(field: string, key: unknown, document: unknown): FieldValue {
  return field.endsWith('.value') ? jsonPointer(String(key))(document) : extract(field, eventOf(document));
}

function fieldsWithoutArgument(): readonly string[] {
  return catalog
    .list()
    .filter(({ name, argumentRequired }) => name.startsWith('ka.') && !argumentRequired)
    .map(({ name }) => name);
}

function extract(field: string, event: RuleEvent): FieldValue {
  const [, name = field, argument] = /^([^[]+)\[(.*)\]$/s.exec(field) ?? [];
  const resolved = catalog.resolve(name, argument);
  if (!resolved.ok) throw new Error(resolved.error);
  return resolved.value.read(event);
}

function eventOf(document: unknown): RuleEvent {
  return { source: 'k8s_audit', document: document as RuleEvent['document'], time: TIME, hostname: 'testhost' };
}

/** The event stands in the case, or is one item of a line of a file. */
function auditDocument(it: Case, material: Material): unknown {
  if (typeof it['event_file'] !== 'string') return read(asciiJson(it['event']));
  const line = material.read(it['event_file']).split('\n')[Number(it['line'])] ?? '';
  const event = readAuditPayload(line).events[Number(it['item'])];
  if (!event) throw new Error(`${it['event_file']}: no item ${String(it['item'])} in line ${String(it['line'])}`);
  return event.document;
}

function read(text: string): unknown {
  const document = readJsonDocument(text);
  if (!document.ok) throw new Error(document.error);
  return document.value;
}

/** The recorded events were written in ASCII, and some fields keep the spelling. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
