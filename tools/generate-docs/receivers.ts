import { type OutputKind, loadPresets, outputKinds } from '@whoran/outputs';
import { page, table } from './table.ts';

const INTRODUCTION = `What stands under the name of a receiver in the routes file, one key beside \`name\` and \`queue\`. How templates, formats and
secrets work is in [receivers.md](receivers.md). A setting in bold must be there.`;

const HTTP = `These receivers are presets: files in \`libs/outputs/presets\`, each with what the service's documentation asks for. They have
these settings and their own.`;

interface Schema {
  readonly description?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
}

/** docs/receiver-settings.md: every kind of receiver with its settings. */
export function receiversPage(): string {
  const presets = new Map(loadPresets().map((preset) => [preset.kind, preset]));
  const schemas = new Map(outputKinds.map((kind) => [kind.kind, schemaOf(kind)]));
  const native = [...schemas].filter(([kind]) => !presets.has(kind));
  const shared = sharedSettings([...presets.keys()].map((kind) => schemas.get(kind) ?? {}));
  const first = schemas.get('http') ?? {};
  return page(
    'Settings of receivers',
    INTRODUCTION,
    `## Over HTTP\n\n${HTTP}\n\n${list([...presets.values()].map(({ kind, title, about, documentation }) => [`[\`${kind}\`](#${kind})`, title, about, `[documentation](${documentation})`]))}`,
    `### Every one of them\n\n${settings(first, (name) => shared.has(name))}`,
    ...[...presets.keys()].map((kind) => `### ${kind}\n\n${settings(schemas.get(kind) ?? {}, (name) => !shared.has(name))}`),
    '## With a protocol of their own',
    ...native.map(([kind, schema]) => `### ${kind}\n\n${schema.description ?? ''}\n\n${settings(schema, () => true)}`),
  );
}

function schemaOf({ schema }: OutputKind): Schema {
  return schema;
}

function list(rows: readonly (readonly string[])[]): string {
  return table(['Key', 'Service', 'What it sends', ''], rows);
}

function sharedSettings(schemas: readonly Schema[]): ReadonlySet<string> {
  const [first = {}, ...others] = schemas;
  const names = Object.keys(first.properties ?? {});
  return new Set(names.filter((name) => others.every(({ properties = {} }) => Object.hasOwn(properties, name))));
}

function settings({ properties = {}, required = [] }: Schema, wanted: (name: string) => boolean): string {
  const rows = Object.entries(properties)
    .filter(([name]) => wanted(name))
    .flatMap(([name, schema]) => rowsOf(name, schema, required.includes(name)));
  return rows.length === 0 ? 'No settings of its own.' : table(['Setting', 'Type', 'About'], rows);
}

function rowsOf(name: string, schema: Schema, required: boolean): readonly (readonly string[])[] {
  const { properties } = schema;
  const shown = required ? `**\`${name}\`**` : `\`${name}\``;
  const row = [shown, typeOf(schema), schema.description ?? ''];
  const inner = Object.entries(properties ?? {}).flatMap(([key, value]) =>
    rowsOf(`${name}.${key}`, value, required && (schema.required ?? []).includes(key)),
  );
  return [row, ...inner];
}

function typeOf({ type, enum: words, anyOf, items, const: word }: Schema): string {
  if (words) return words.map((each) => `\`${String(each)}\``).join(', ');
  if (word !== undefined) return `\`${JSON.stringify(word)}\``;
  if (anyOf) return [...new Set(anyOf.map(typeOf))].join(', ');
  return type === 'array' ? `list of ${items ? typeOf(items) : 'values'}` : type === 'object' ? 'map' : (type ?? 'any');
}
