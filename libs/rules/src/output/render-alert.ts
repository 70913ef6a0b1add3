import { type Result, err, ok, printInstant } from '@whoran/kernel';
import { integer, isoTime, timeOfDay } from '../fields/event-fields.ts';
import type { FieldCatalog, RuleEvent } from '../fields/field.ts';
import type { Priority, Rule } from '../rule.ts';
import { type OutputFormat, parseOutput } from './parse-output.ts';
import { type OutputValue, jsonValue } from './print-value.ts';

/** An alert as Falco writes it. */
export interface RenderedAlert {
  readonly hostname: string;
  /** The output of the rule. */
  readonly message: string;
  /** The time of day, the priority and the message. */
  readonly output: string;
  /** Sorted by name; integers beyond 2^53 are bigint. */
  readonly output_fields: Readonly<Record<string, OutputValue>>;
  readonly priority: Priority;
  readonly rule: string;
  readonly source: string;
  /** Sorted, each once. */
  readonly tags: readonly string[];
  /** RFC 3339 in UTC with nine decimals. */
  readonly time: string;
}

/** How alerts are written. */
export interface AlertOptions {
  /** Whether outputs begin with date and time in ISO 8601 in place of the time of day (Falco's time_format_iso_8601). */
  readonly isoTime?: boolean;
}

/** What of a rule an alert is made of. */
export type AlertingRule = Pick<Rule, 'name' | 'source' | 'priority' | 'tags' | 'output' | 'extraFields'>;

interface Extra {
  readonly key: string;
  read(event: RuleEvent): OutputValue;
}

/** Prepares the alerts of a rule. Fails if its output or one of its extra fields is no format; times in outputs are in UTC. */
export function alertRenderer(
  rule: AlertingRule,
  catalog: FieldCatalog,
  options: AlertOptions = {},
): Result<(event: RuleEvent) => RenderedAlert, string> {
  const format = parseOutput(`*${rule.output}`, catalog);
  if (!format.ok) return format;
  const extras: Extra[] = [];
  for (const field of rule.extraFields) {
    const extra = extraOf(field, catalog);
    if (!extra.ok) return err(`extra field ${field.key}: ${extra.error}`);
    extras.push(extra.value);
  }
  const tags = [...new Set(rule.tags)].toSorted();
  return ok((event) => render({ rule: { ...rule, tags }, format: format.value, extras, isoTime: options.isoTime ?? false }, event));
}

interface Rendering {
  readonly rule: AlertingRule;
  readonly format: OutputFormat;
  readonly extras: readonly Extra[];
  readonly isoTime: boolean;
}

function render({ rule, format, extras, isoTime: iso }: Rendering, event: RuleEvent): RenderedAlert {
  const message = format.text(event);
  const fields = new Map(Object.entries(format.fields(event)));
  for (const { key, read } of extras) fields.set(key, read(event));
  fields.set(iso ? 'evt.time.iso8601' : 'evt.time', integer(event.time));
  return {
    hostname: event.hostname,
    message,
    output: `${iso ? isoTime(event.time) : timeOfDay(event.time)}: ${rule.priority} ${message}`,
    output_fields: sorted(fields),
    priority: rule.priority,
    rule: rule.name,
    source: rule.source,
    tags: rule.tags,
    time: printInstant(event.time),
  };
}

/** Raw fields are named as they are, and keep their JSON; others are formats, and texts. */
function extraOf({ key, format, raw }: Rule['extraFields'][number], catalog: FieldCatalog): Result<Extra, string> {
  const lenient = format.startsWith('*') ? format : `*${format}`;
  const parsed = parseOutput(lenient, catalog);
  if (!parsed.ok) return parsed;
  const { text, fields, names } = parsed.value;
  const [only] = names;
  if (!raw) return ok({ key, read: text });
  if (only === undefined || names.length > 1) return err('not one field');
  return ok({ key, read: (event) => fields(event)[only] ?? jsonValue(undefined) });
}

/** By bytes, as Falco sorts them. */
function sorted(fields: ReadonlyMap<string, OutputValue>): Readonly<Record<string, OutputValue>> {
  return Object.fromEntries([...fields].toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
