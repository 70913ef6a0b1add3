import { type Result, err, ok, printInstant } from '@whoran/kernel';
import { integer, isoTime, timeOfDay } from '../fields/event-fields.ts';
import type { FieldCatalog, RuleEvent } from '../fields/field.ts';
import type { Priority, Rule } from '../rule.ts';
import type { OutputField } from './output-part.ts';
import { type OutputFormat, parseOutput } from './parse-output.ts';
import type { OutputValue } from './print-value.ts';

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

/** Prepares the alerts of a rule. Fails if its output or one of its extra fields is no format; times in outputs are in UTC. */
export function alertRenderer(
  rule: AlertingRule,
  catalog: FieldCatalog,
  options: AlertOptions = {},
): Result<(event: RuleEvent) => RenderedAlert, string> {
  const format = parseOutput(`*${rule.output}`, catalog);
  if (!format.ok) return format;
  const columns = new Map(format.value.columns.map((column) => [column.name, column.json]));
  for (const field of rule.extraFields) {
    const extra = extraField(field, catalog);
    if (!extra.ok) return err(`extra field ${field.key}: ${extra.error}`);
    columns.set(field.key, extra.value);
  }
  columns.set(options.isoTime ? 'evt.time.iso8601' : 'evt.time', ({ time }) => integer(time));
  const rendering = { rule: { ...rule, tags: [...new Set(rule.tags)].toSorted() }, text: format.value.text, columns: sorted(columns) };
  return ok((event) => render(rendering, event, options.isoTime ? isoTime : timeOfDay));
}

type Column = readonly [name: string, json: OutputField['json']];

interface Rendering {
  readonly rule: AlertingRule;
  readonly text: OutputFormat['text'];
  readonly columns: readonly Column[];
}

function render({ rule, text, columns }: Rendering, event: RuleEvent, clock: (time: bigint) => string): RenderedAlert {
  const message = text(event);
  return {
    hostname: event.hostname,
    message,
    output: `${clock(event.time)}: ${rule.priority} ${message}`,
    // Keys come from settings: entries take __proto__ as one like any other.
    output_fields: Object.fromEntries(columns.map(([name, json]) => [name, json(event)])),
    priority: rule.priority,
    rule: rule.name,
    source: rule.source,
    tags: rule.tags,
    time: printInstant(event.time),
  };
}

/** Raw fields are named as they are, and keep their JSON; others are formats, and texts. */
function extraField({ format, raw }: Rule['extraFields'][number], catalog: FieldCatalog): Result<OutputField['json'], string> {
  const parsed = parseOutput(format.startsWith('*') ? format : `*${format}`, catalog);
  if (!parsed.ok) return parsed;
  if (!raw) return ok(parsed.value.text);
  const { columns, names } = parsed.value;
  const [only] = columns;
  return only === undefined || names.length > 1 ? err('not one field') : ok(only.json);
}

/** By bytes, as Falco sorts them. */
function sorted(columns: ReadonlyMap<string, OutputField['json']>): readonly Column[] {
  return [...columns].toSorted(([one], [other]) => (one < other ? -1 : 1));
}
