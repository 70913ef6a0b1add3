/** Where a production began: byte offset from 0, line and column from 1 (Falco's `[idx, line, col]`). */
export interface Position {
  readonly index: number;
  readonly line: number;
  readonly column: number;
}

/** Operators with nothing on their right. */
export const UNARY_OPERATORS = ['exists'] as const;
/** Operators that take a number, a field or a transformer. */
export const NUMBER_OPERATORS = ['<', '<=', '>', '>='] as const;
/** Operators that take a string, a field or a transformer; with a modifier, a list. */
export const STRING_OPERATORS = [
  '=',
  '==',
  '!=',
  'contains',
  'icontains',
  'bcontains',
  'startswith',
  'bstartswith',
  'endswith',
  'glob',
  'iglob',
  'regex',
] as const;
/** Operators that take a list, the name of one, a field or a transformer. */
export const LIST_OPERATORS = ['in', 'intersects', 'pmatch'] as const;
/** How many elements of the list on the right must satisfy a string operator. */
export const MODIFIERS = ['oneof', 'anyof', 'allof'] as const;
/** Functions over values. */
export const TRANSFORMERS = ['tolower', 'toupper', 'b64', 'basename', 'len', 'join', 'concat', 'getopt'] as const;

/** One word of NUMBER_OPERATORS, STRING_OPERATORS or LIST_OPERATORS. */
export type BinaryOperator = (typeof NUMBER_OPERATORS | typeof STRING_OPERATORS | typeof LIST_OPERATORS)[number];
/** One word of MODIFIERS. */
export type Modifier = (typeof MODIFIERS)[number];
/** One word of TRANSFORMERS. */
export type TransformerName = (typeof TRANSFORMERS)[number];

/** A condition as parsed: sequences of `and` and `or` are n-ary, parentheses leave no node. */
export type Condition = And | Or | Not | Identifier | UnaryCheck | BinaryCheck;

/** At least two children, which all must hold. */
export interface And {
  readonly type: 'and';
  readonly children: readonly Condition[];
  readonly position: Position;
}
/** At least two children, of which one must hold. */
export interface Or {
  readonly type: 'or';
  readonly children: readonly Condition[];
  readonly position: Position;
}
/** Inverts its child. */
export interface Not {
  readonly type: 'not';
  readonly child: Condition;
  readonly position: Position;
}
/** A reference to a macro. */
export interface Identifier {
  readonly type: 'identifier';
  readonly name: string;
  readonly position: Position;
}
/** `field exists`. */
export interface UnaryCheck {
  readonly type: 'unary';
  readonly left: Operand;
  readonly operator: (typeof UNARY_OPERATORS)[number];
  readonly position: Position;
}
/** `field operator value`. */
export interface BinaryCheck {
  readonly type: 'binary';
  readonly left: Operand;
  readonly operator: BinaryOperator;
  readonly modifier?: Modifier;
  readonly right: Value | List | Operand;
  readonly position: Position;
}

/** What is extracted from an event. */
export type Operand = Field | Transformer;

/** A field, with the text between the brackets if there are any. On the right side it was written `val(field)`. */
export interface Field {
  readonly type: 'field';
  readonly name: string;
  readonly argument?: string;
  /** Set on the right side of a check and nowhere else: where `val(` began, and what stood in brackets behind it, which no check allows. */
  readonly val?: { readonly position: Position; readonly argument?: string };
  readonly position: Position;
}
/** A function over values. */
export interface Transformer {
  readonly type: 'transformer';
  readonly name: TransformerName;
  readonly values: readonly (Operand | Value | TransformerList)[];
  readonly argument?: string;
  readonly position: Position;
}
/** The list that `join` takes. */
export interface TransformerList {
  readonly type: 'transformer_list';
  readonly children: readonly (Operand | Value)[];
  readonly position: Position;
}
/** A constant, unescaped. Numbers keep their text: what it means depends on the field's type. */
export interface Value {
  readonly type: 'value';
  readonly value: string;
  readonly position: Position;
}
/** Constants in parentheses, unescaped. */
export interface List {
  readonly type: 'list';
  readonly values: readonly string[];
  readonly position: Position;
}
