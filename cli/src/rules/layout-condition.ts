import { type Condition, printExactly } from '@whoran/rules';

/** A line of a condition. */
export interface ConditionLine {
  readonly indent: number;
  readonly text: string;
  /** The macros that begin on this line. */
  readonly macros: readonly string[];
}

/** How a condition is laid out. */
export interface ConditionLayout {
  /** Cells in a line. */
  readonly width: number;
  /** The macro that a part of the condition is, if it is one. */
  readonly macroOf: (part: Condition) => string | undefined;
}

const STEP = 2;

/** A condition over several lines, broken at its ands and ors, then in its lists. Reading the lines as one text gives the condition. */
export function layoutCondition(condition: Condition, layout: ConditionLayout): readonly ConditionLine[] {
  const lines: ConditionLine[] = [];
  const widths = new Map<Condition, number>();
  place(condition, { lines, widths, layout, indent: 0, prefix: '', isTop: true, macros: [] });
  return lines;
}

interface Placing {
  readonly lines: ConditionLine[];
  readonly widths: Map<Condition, number>;
  readonly layout: ConditionLayout;
  readonly indent: number;
  /** What stands before it on its first line: `and`, `not`. */
  readonly prefix: string;
  readonly isTop: boolean;
  /** Macros around it that begin where it does. */
  readonly macros: readonly string[];
}

function place(part: Condition, around: Placing): void {
  const { lines, layout, indent, prefix, isTop, widths } = around;
  const own = layout.macroOf(part);
  const macros = own === undefined ? around.macros : [...around.macros, own];
  const isGroup = part.type === 'and' || part.type === 'or';
  if (indent + prefix.length + widthOf(part, widths) + (isGroup && !isTop ? 2 : 0) <= layout.width) {
    const text = printExactly(part);
    lines.push({ indent, text: `${prefix}${isGroup && !isTop ? `(${text})` : text}`, macros: [...macros, ...macrosIn(part, layout)] });
  } else if (part.type === 'and' || part.type === 'or') placeGroup(part, { ...around, macros });
  else if (part.type === 'not') placeNot(part.child, { ...around, macros });
  else placeCheck(part, { ...around, macros });
}

/** Two nots in a row would be none: the second one stands in parentheses. */
function placeNot(child: Condition, around: Placing): void {
  const { lines, indent, prefix, macros } = around;
  if (child.type !== 'not') return place(child, { ...around, prefix: `${prefix}not `, isTop: false });
  lines.push({ indent, text: `${prefix}not (`, macros });
  place(child, { ...around, indent: indent + STEP, prefix: '', isTop: false, macros: [] });
  lines.push({ indent, text: ')', macros: [] });
}

function placeGroup(group: Extract<Condition, { readonly type: 'and' | 'or' }>, around: Placing): void {
  const { lines, indent, prefix, isTop, macros } = around;
  const inner = isTop ? indent : indent + STEP;
  if (!isTop) lines.push({ indent, text: `${prefix}(`, macros });
  for (const [index, child] of group.children.entries()) {
    const isFirst = index === 0;
    place(child, {
      ...around,
      indent: inner,
      prefix: isFirst ? '' : `${group.type} `,
      isTop: false,
      macros: isTop && isFirst ? macros : [],
    });
  }
  if (!isTop) lines.push({ indent, text: ')', macros: [] });
}

/** A long list goes over several lines, as many constants in each as there is room for. */
function placeCheck(check: Condition, { lines, layout, indent, prefix, macros }: Placing): void {
  if (check.type !== 'binary' || check.right.type !== 'list')
    return void lines.push({ indent, text: prefix + printExactly(check), macros });
  const { values, position } = check.right;
  const head = printExactly({ ...check, right: { type: 'list', values: [], position } });
  lines.push({ indent, text: `${prefix}${head.slice(0, -1)}`, macros });
  let line = '';
  const flush = () => lines.push({ indent: indent + STEP, text: line, macros: [] });
  for (const [index, value] of values.entries()) {
    const printed = printExactly({ ...check, right: { type: 'list', values: [value], position } });
    const item = `${printed.slice(head.length - 1, -1)}${index === values.length - 1 ? '' : ','}`;
    if (line !== '' && indent + STEP + line.length + 1 + item.length > layout.width) {
      flush();
      line = '';
    }
    line = line === '' ? item : `${line} ${item}`;
  }
  flush();
  lines.push({ indent, text: ')', macros: [] });
}

/** How long a condition is on one line; parts that macros share are measured once. */
function widthOf(part: Condition, widths: Map<Condition, number>): number {
  const known = widths.get(part);
  if (known !== undefined) return known;
  const width = measure(part, widths);
  widths.set(part, width);
  return width;
}

function measure(part: Condition, widths: Map<Condition, number>): number {
  switch (part.type) {
    case 'and':
    case 'or': {
      const between = (part.children.length - 1) * (part.type.length + 2);
      return part.children.reduce((sum, child) => sum + widthOf(child, widths) + parentheses(child), between);
    }
    case 'not':
      return 'not '.length + widthOf(part.child, widths) + parentheses(part.child);
    case 'identifier':
    case 'unary':
    case 'binary':
      return printExactly(part).length;
  }
}

function parentheses({ type }: Condition): number {
  return type === 'and' || type === 'or' || type === 'not' ? 2 : 0;
}

/** The macros below a part that fits on one line, the outermost ones. */
function macrosIn(part: Condition, layout: ConditionLayout): readonly string[] {
  const children = part.type === 'and' || part.type === 'or' ? part.children : part.type === 'not' ? [part.child] : [];
  return [...new Set(children.flatMap((child) => layout.macroOf(child) ?? macrosIn(child, layout)))];
}
