import { withoutTokens } from '@whoran/contracts';
import { printInstant } from '@whoran/kernel';
import { type Explanation, printValue } from '@whoran/rules';
import type { Columns } from '../render/listing.ts';
import type { TableStyle } from '../render/table.ts';
import { toneOfPriority } from '../render/tone.ts';
import { cutTo, visible } from '../render/visible.ts';
import type { Tried } from '../rules/test-rules.ts';

/** What came of a rule and an event, as data. */
export interface TestRow {
  readonly event: number;
  readonly line: number;
  readonly time: string;
  readonly about: string;
  readonly fired: boolean;
  readonly rule: string;
  readonly priority: string;
  readonly output?: string;
  readonly outputFields?: unknown;
  readonly tags: readonly string[];
  readonly explanation?: Decision;
}

/** Which parts of a condition decided, as data. */
interface Decision {
  readonly kind: Explanation['kind'];
  readonly holds: boolean;
  readonly text: string;
  readonly values?: Readonly<Record<string, string | null>>;
  readonly parts?: readonly Decision[];
}

/** What programs get. */
export function explainedRow({ given, rule, alert, explanation }: Tried): TestRow {
  return {
    event: given.number,
    line: given.line,
    time: printInstant(given.event.time),
    about: given.about,
    fired: alert !== undefined,
    rule: rule.name,
    priority: rule.priority,
    ...(alert === undefined ? {} : { output: alert.message, outputFields: alert.output_fields }),
    tags: rule.tags,
    ...(explanation === undefined ? {} : { explanation: decisionOf(explanation) }),
  };
}

function decisionOf({ kind, holds, text, values, parts }: Explanation): Decision {
  return {
    kind,
    holds,
    text,
    ...(values.length === 0 ? {} : { values: Object.fromEntries(values.map(({ field, value }) => [field, printValue(value) ?? null])) }),
    ...(parts.length === 0 ? {} : { parts: parts.map(decisionOf) }),
  };
}

/** How matches look. */
export const testColumns: Columns<TestRow> = {
  table: [
    { title: 'EVENT', text: (row) => String(row.event), min: 5, usual: 5 },
    { title: 'TIME', zoned: true, text: (row, face) => face.date(row.time), min: 19, drop: 1 },
    { title: 'PRIORITY', text: (row) => row.priority, min: 8, usual: 9, tone: (row) => toneOfPriority(row.priority) },
    { title: 'RULE', text: (row) => row.rule, min: 30, usual: 40 },
    { title: 'OUTPUT', text: (row) => (row.output === undefined ? 'did not fire' : withoutTokens(row.output)) },
  ],
  csv: [
    { name: 'event', value: (row) => row.event },
    { name: 'line', value: (row) => row.line },
    { name: 'time', value: (row) => row.time },
    { name: 'fired', value: (row) => row.fired },
    { name: 'rule', value: (row) => row.rule },
    { name: 'priority', value: (row) => row.priority },
    { name: 'output', value: (row) => row.output },
    { name: 'about', value: (row) => row.about },
    { name: 'tags', value: (row) => row.tags.join(' ') },
  ],
};

/** A rule and an event for people, with the parts of the condition that decided. */
export function printExplained({ given, rule, alert, explanation }: Tried, style: TableStyle): string {
  const cut = (text: string, indent: number) =>
    cutTo(visible(withoutTokens(text)), style.width === undefined ? LONGEST : style.width - indent);
  const what =
    alert === undefined ? style.paint('faint', 'did not fire') : style.paint(toneOfPriority(rule.priority), `fired, ${rule.priority}`);
  const lines = [
    `${style.paint('heading', `event ${given.number}`)}  ${style.face.date(printInstant(given.event.time))}  ${cut(given.about, 32)}`,
    `  ${cut(rule.name, 20)}  ${what}`,
    ...(alert === undefined ? [] : [`  ${cut(alert.message, 2)}`]),
    ...(explanation === undefined ? [] : decisionLines(explanation, 1, { style, cut })),
  ];
  return `${lines.join('\n')}\n\n`;
}

const LONGEST = 2000;
const DEEPEST = 40;

interface Around {
  readonly style: TableStyle;
  readonly cut: (text: string, indent: number) => string;
}

/** One line for each check that counts, with what its fields have; what several of them come to stands above them. */
function decisionLines(part: Explanation, level: number, around: Around): readonly string[] {
  const [only, ...others] = part.parts;
  const indent = '  '.repeat(Math.min(level, DEEPEST));
  const inner = () => part.parts.flatMap((each) => decisionLines(each, level + 1, around));
  if (part.kind === 'check') return checkLines(part, part, { ...around, indent });
  if (part.kind === 'not') {
    return only?.kind === 'check'
      ? checkLines(part, only, { ...around, indent })
      : [answerLine(part, 'not:', { ...around, indent }), ...inner()];
  }
  if (only !== undefined && others.length === 0) return decisionLines(only, level, around);
  return [answerLine(part, part.holds ? 'all of:' : 'none of:', { ...around, indent }), ...inner()];
}

interface Indented extends Around {
  readonly indent: string;
}

function answerLine({ holds }: Explanation, text: string, { style, cut, indent }: Indented): string {
  return `${indent}  ${style.paint(holds ? 'good' : 'bad', holds ? 'yes' : 'no ')}  ${cut(text, indent.length + 7)}`;
}

/** A check, or its inversion, and the values of the check. */
function checkLines(told: Explanation, check: Explanation, around: Indented): readonly string[] {
  const { style, cut, indent } = around;
  const values = check.values.map(({ field, value }) => cut(`${field} is ${valueText(value)}`, indent.length + 7));
  return [answerLine(told, told.text, around), ...values.map((text) => `${indent}       ${style.paint('faint', text)}`)];
}

function valueText(value: Explanation['values'][number]['value']): string {
  const text = printValue(value);
  return text === undefined ? 'absent' : typeof value === 'string' ? JSON.stringify(text) : text;
}
