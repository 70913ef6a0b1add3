import type { Condition, LoadedRule } from '@whoran/rules';
import type { CliContext } from '../context.ts';
import { jsonLine, jsonText } from '../render/json.ts';
import { type Columns, type ListStyle, printList } from '../render/listing.ts';
import { toneOfPriority } from '../render/tone.ts';
import { cellsOf, visible } from '../render/visible.ts';
import { wrapCondition, wrapWords } from '../render/wrap-words.ts';
import { type RuleDescription, type UsedPart, describeRule } from './describe-rule.ts';
import { findRule } from './find-rule.ts';
import { layoutCondition } from './layout-condition.ts';
import { type LoadedGiven, type RuleOptions, loadFaultless } from './load-given.ts';

/** Prints one rule: as written, and its condition with everything put in, and where each part comes from. */
export async function showRule(
  name: string,
  options: RuleOptions,
  { context, style }: { readonly context: CliContext; readonly style: ListStyle },
): Promise<void> {
  const loaded = loadFaultless(options);
  const rule = findRule(name, loaded);
  const description = describeRule(rule, loaded);
  await context.out(print(description, { rule, loaded, style }));
}

interface Showing {
  readonly rule: LoadedRule;
  readonly loaded: LoadedGiven;
  readonly style: ListStyle;
}

function print(description: RuleDescription, showing: Showing): string {
  const { style } = showing;
  switch (style.format) {
    case 'table':
      return printText(description, showing);
    case 'json':
      return `${jsonText(description)}\n`;
    case 'ndjson':
      return `${jsonLine(description)}\n`;
    case 'csv':
      return printList(columns, [description], style);
  }
}

const NAME_CELLS = 13;
const DEFAULT_WIDTH = 120;
const INDENT = '  ';

function printText(description: RuleDescription, { rule, loaded, style }: Showing): string {
  const width = style.width ?? DEFAULT_WIDTH;
  const heading = (text: string) => ['', style.paint('heading', text)];
  const fact = (name: string, value: string): readonly string[] => {
    const [first = '', ...rest] = wrapWords(visible(value.replaceAll(/\s+/g, ' ')), width - NAME_CELLS);
    return value === ''
      ? []
      : [`${style.paint('heading', name.padEnd(NAME_CELLS))}${first}`, ...rest.map((line) => ' '.repeat(NAME_CELLS) + line)];
  };
  const [defined = '', ...changed] = description.places;
  const { priority, state, why } = description;
  const lines = [
    ...fact('rule', description.rule),
    `${style.paint('heading', 'priority'.padEnd(NAME_CELLS))}${style.paint(toneOfPriority(priority), priority)}`,
    ...fact('source', description.source),
    ...fact('state', why === '' ? state : `${state}: ${why}`),
    ...fact('tags', description.tags.join(', ')),
    ...fact('defined', defined),
    ...changed.flatMap((place) => fact('changed', place)),
    ...fact('about', description.description),
    ...fact('output', description.output),
    ...Object.entries(description.extraFields).flatMap(([key, format]) => fact('and', `${key}: ${format}`)),
    ...heading('Condition as written'),
    ...wrapCondition(description.conditionText, width - INDENT.length).map((line) => INDENT + visible(line)),
    ...(description.exceptions.length === 0 ? [] : heading('Exceptions')),
    ...description.exceptions.map(
      ({ name, fields, values }) => `${INDENT}${visible(name)}: ${visible(fields.join(', '))} (${values} values)`,
    ),
    ...heading('Condition with lists, macros and exceptions put in'),
    ...conditionLines(rule.condition, macroNames(description, loaded), { width, style }),
    ...(description.uses.length === 0 ? [] : heading('Where its parts come from')),
    ...description.uses.flatMap((part) => partLines(part, { width, style })),
  ];
  return `${lines.join('\n')}\n`;
}

interface Room {
  readonly width: number;
  readonly style: ListStyle;
}

/**
 * A macro's condition is the same object wherever it is put in; so is that of a macro that is nothing but another one, and then both
 * are named.
 */
function macroNames({ uses }: RuleDescription, { result }: LoadedGiven): ReadonlyMap<Condition, string> {
  const used = new Set(uses.flatMap(({ kind, name }) => (kind === 'macro' ? [name] : [])));
  const names = new Map<Condition, string>();
  for (const { name, condition } of result.macros) {
    const other = names.get(condition);
    if (used.has(name)) names.set(condition, other === undefined ? name : `${name} = ${other}`);
  }
  return names;
}

function conditionLines(condition: Condition, macros: ReadonlyMap<Condition, string>, { width, style }: Room): readonly string[] {
  const lines = layoutCondition(condition, { width: Math.max(40, width - INDENT.length), macroOf: (part) => macros.get(part) });
  return lines.map(({ indent, text, macros: names }) => {
    const line = `${INDENT}${' '.repeat(indent)}${visible(text)}`;
    return names.length === 0 ? line : `${line}  ${style.paint('faint', `# ${visible(names.join(', '))}`)}`;
  });
}

const LONGEST_PART = 600;

function partLines({ kind, name, places, text }: UsedPart, { width, style }: Room): readonly string[] {
  const shown = text.length > LONGEST_PART ? `${text.slice(0, LONGEST_PART)}…` : text;
  const body = wrapCondition(shown.toWellFormed(), width - 2 * INDENT.length);
  const title = `${INDENT}${kind} ${visible(name)}`;
  const where = visible(places.join(', then '));
  const isLong = cellsOf(title) + cellsOf(where) + 2 > width;
  return [
    ...(isLong ? [title, `${INDENT}${INDENT}${style.paint('faint', where)}`] : [`${title}  ${style.paint('faint', where)}`]),
    ...body.map((line) => INDENT + INDENT + visible(line)),
  ];
}

const columns: Columns<RuleDescription> = {
  table: [],
  csv: [
    { name: 'rule', value: (row) => row.rule },
    { name: 'source', value: (row) => row.source },
    { name: 'priority', value: (row) => row.priority },
    { name: 'state', value: (row) => row.state },
    { name: 'why', value: (row) => row.why },
    { name: 'tags', value: (row) => row.tags.join(' ') },
    { name: 'places', value: (row) => row.places.join(' ') },
    { name: 'description', value: (row) => row.description },
    { name: 'output', value: (row) => row.output },
    { name: 'condition_text', value: (row) => row.conditionText },
    { name: 'condition', value: (row) => row.condition },
    { name: 'fields', value: (row) => row.fields.join(' ') },
    { name: 'uses', value: (row) => row.uses.map(({ kind, name }) => `${kind}:${name}`).join(' ') },
  ],
};
