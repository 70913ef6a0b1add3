import {
  type BinaryOperator,
  type FieldCatalog,
  type FieldType,
  LIST_OPERATORS,
  MODIFIERS,
  type Modifier,
  NUMBER_OPERATORS,
  STRING_OPERATORS,
  TRANSFORMERS,
  type TransformerName,
  UNARY_OPERATORS,
  compileCondition,
  parseCondition,
} from '@whoran/rules';
import { page, table } from './table.ts';

const INTRODUCTION = `What conditions are made of: checks such as \`proc.name = sh\`, names of macros, \`and\`, \`or\`, \`not\` and parentheses. All of it is
Falco's ([rules.md](rules.md) says what differs). On the right stands a constant, or \`val(field)\` or a transformer over fields of the same
type. An absent field satisfies nothing: \`a != x\` is false where \`a\` is absent, and \`not a = x\` is true.`;

type Operator = BinaryOperator | (typeof UNARY_OPERATORS)[number];

const OPERATORS: Readonly<Record<Operator, string>> = {
  exists: 'The field has a value. Nothing stands on the right.',
  '<': 'Less; texts are compared byte by byte.',
  '<=': 'Less or equal.',
  '>': 'Greater.',
  '>=': 'Greater or equal.',
  '=': 'Equal. Texts by their bytes, addresses with addresses, networks hold the address on the left.',
  '==': 'The same as `=`.',
  '!=': 'Present and not equal.',
  contains: 'The text is somewhere in the value.',
  icontains: 'As `contains`, with a to z as A to Z.',
  bcontains: 'The bytes, in hexadecimal, are somewhere in the value.',
  startswith: 'The value begins with the text.',
  bstartswith: 'The value begins with the bytes, in hexadecimal.',
  endswith: 'The value ends with the text.',
  glob: '`*` stands for any text, `/` too, `?` for one byte, `[a-z]` and `[!a]` for one of some.',
  iglob: 'As `glob`, with a to z as A to Z.',
  regex: 'The whole value matches a regular expression of RE2 in POSIX syntax: `[[:digit:]]`, no `\\d`. Time is linear.',
  in: 'The value is one of the list. Of a field that is a list: every value is.',
  intersects: 'The same for one value. Of a field that is a list: at least one value is in the list on the right.',
  pmatch: 'The value is one of these paths or lies below it; components may have `*`, `?` and `[…]`.',
};

const MODIFIER_TEXTS: Readonly<Record<Modifier, string>> = {
  oneof: 'for at least one constant of the list',
  anyof: 'the same',
  allof: 'for every constant of the list',
};

const TRANSFORMER_TEXTS: Readonly<Record<TransformerName, readonly [form: string, about: string]>> = {
  tolower: ['tolower(field)', 'The text with a to z for A to Z.'],
  toupper: ['toupper(field)', 'The text with A to Z for a to z.'],
  b64: ['b64(field)', 'The text that stands there in base64; absent if it is none.'],
  basename: ['basename(field)', 'What stands behind the last `/`.'],
  len: ['len(field)', 'How many bytes a text has, or how many values a list.'],
  join: ['join(text, (field, …))', 'The values with the text between them.'],
  concat: ['concat(field, text, …)', 'The values one after the other.'],
  getopt: ['getopt(list, text)[option]', 'The value of an option in a list of arguments, as the C function finds it.'],
};

const TYPES: readonly (readonly [title: string, type: FieldType, list: boolean, constant: string])[] = [
  ['text, path', 'CHARBUF', false, '61'],
  ['bytes', 'BYTEBUF', false, '61'],
  ['number, time, port', 'INT64', false, '61'],
  ['truth', 'BOOL', false, 'true'],
  ['address', 'IPADDR', false, '192.0.2.1'],
  ['network', 'IPNET', false, '192.0.2.0/24'],
  ['list', 'CHARBUF', true, '61'],
];

/** docs/operators.md: operators, which types take them, modifiers and transformers. */
export function operatorsPage(): string {
  const all: readonly Operator[] = [
    ...UNARY_OPERATORS,
    ...STRING_OPERATORS.slice(0, 3),
    ...NUMBER_OPERATORS,
    ...STRING_OPERATORS.slice(3),
    ...LIST_OPERATORS,
  ];
  const head = ['Operator', 'Holds if', ...TYPES.map(([title]) => title)];
  const rows = all.map((operator) => [
    `\`${operator}\``,
    OPERATORS[operator],
    ...TYPES.map((type) => (isTaken(operator, type) ? 'yes' : '')),
  ]);
  const modifiers = MODIFIERS.map((modifier) => [`\`field = ${modifier} (a, b)\``, MODIFIER_TEXTS[modifier]]);
  const transformers = TRANSFORMERS.map((name) => [`\`${TRANSFORMER_TEXTS[name][0]}\``, TRANSFORMER_TEXTS[name][1]]);
  return page(
    'Operators of rules',
    INTRODUCTION,
    `## Operators\n\nThe columns on the right say which types of fields take them; [fields.md](fields.md) has the types.\n\n${table(head, rows)}`,
    `## Modifiers\n\nOperators of texts may be asked of several constants. \`=\` stands for any of them.\n\n${table(['Written', 'Holds'], modifiers)}`,
    `## Transformers\n\nThey stand for a field on the left, may stand in one another, and on the right.\n\n${table(['Written', 'Gives'], transformers)}`,
  );
}

/** Asked of the compiler itself. */
function isTaken(operator: Operator, [, type, list, constant]: (typeof TYPES)[number]): boolean {
  const catalog: FieldCatalog = { resolve: () => ({ ok: true, value: { type, list, read: () => undefined } }), list: () => [] };
  const right = LIST_OPERATORS.some((name) => name === operator) ? `(${constant})` : operator === 'exists' ? '' : constant;
  const parsed = parseCondition(`a.b ${operator} ${right}`);
  return parsed.ok && compileCondition(parsed.value, catalog).ok;
}
