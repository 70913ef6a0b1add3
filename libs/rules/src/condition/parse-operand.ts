import { type Field, type Operand, type Position, TRANSFORMERS, type Transformer, type TransformerList, type Value } from './ast.ts';
import { type Lexer, TOKENS } from './lexer.ts';

/** What every production needs: where it reads, and how deep it is. */
export interface Nesting {
  readonly lexer: Lexer;
  readonly maxDepth: number;
  depth: number;
}

/** The transformers that may stand on the right side, as error messages list them. */
export const RIGHT_SIDE_TRANSFORMERS = ['val', ...TRANSFORMERS].map((name) => `'${name}'`).join(', ');

const CALLS = TRANSFORMERS.map((name) => `${name}(` as const);

/** Runs a production one level deeper. Fails at the limit, which keeps the recursion bounded. */
export function within<T>(nesting: Nesting, parse: () => T): T {
  nesting.depth += 1;
  try {
    if (nesting.depth >= nesting.maxDepth) nesting.lexer.fail(`exceeded max depth limit of ${nesting.maxDepth}`);
    return parse();
  } finally {
    nesting.depth -= 1;
  }
}

/** A field, if one comes next. */
export function tryField(nesting: Nesting, position: Position): Field | undefined {
  const { lexer } = nesting;
  if (!lexer.token(TOKENS.fieldName)) return undefined;
  const name = lexer.lastToken;
  return within(nesting, () => ({ type: 'field', name, ...argumentOf(lexer), position }));
}

/** A transformer, if one comes next. */
export function tryTransformer(nesting: Nesting, position: Position): Transformer | undefined {
  const { lexer } = nesting;
  const call = lexer.oneOf(CALLS);
  if (call === undefined) return undefined;
  const name = TRANSFORMERS[CALLS.indexOf(call)] ?? 'tolower';
  return within(nesting, () => {
    lexer.blanks();
    const values = [parseValue(nesting, lexer.position())];
    lexer.blanks();
    while (lexer.literal(',')) {
      values.push(parseValue(nesting, lexer.position()));
      lexer.blanks();
    }
    if (!lexer.literal(')')) lexer.fail("expected a ')' token closing the transformer");
    return { type: 'transformer', name, values, ...argumentOf(lexer), position };
  });
}

/** A transformer or `val(field)`, if one comes next. */
export function tryRightOperand(nesting: Nesting): Operand | undefined {
  return within(nesting, () => {
    const { lexer } = nesting;
    lexer.blanks();
    const position = lexer.position();
    if (!lexer.literal('val(')) return tryTransformer(nesting, position);
    lexer.blanks();
    const field = tryField(nesting, lexer.position()) ?? lexer.fail("expected a field within 'val' transformer");
    lexer.blanks();
    if (!lexer.literal(')')) lexer.fail("expected a ')' token closing the transformer");
    return { ...field, val: { position, ...argumentOf(lexer) } };
  });
}

/** A number, hexadecimal too. It keeps its text. */
export function tryNumber(lexer: Lexer, position: Position): Value | undefined {
  return lexer.token(TOKENS.hexNumber) || lexer.token(TOKENS.number) ? { type: 'value', value: lexer.lastToken, position } : undefined;
}

function parseValue(nesting: Nesting, position: Position): Transformer['values'][number] {
  return within(nesting, () => {
    const { lexer } = nesting;
    lexer.blanks();
    const value =
      tryNumber(lexer, position) ??
      tryQuoted(lexer, position) ??
      tryList(nesting, position) ??
      tryTransformer(nesting, position) ??
      tryField(nesting, position);
    return value ?? lexer.fail('expected field transformer argument: field, transformer, quoted string, number, or transformer list');
  });
}

/** Falco gives every element of the list the position of the list. */
function tryList(nesting: Nesting, position: Position): TransformerList | undefined {
  const { lexer } = nesting;
  if (!lexer.literal('(')) return undefined;
  lexer.blanks();
  if (lexer.literal(')')) return { type: 'transformer_list', children: [], position };
  const children = [parseItem(nesting, position)];
  lexer.blanks();
  while (lexer.literal(',')) {
    children.push(parseItem(nesting, position));
    lexer.blanks();
  }
  if (!lexer.literal(')')) lexer.fail("expected a ')' token closing the transformer");
  return { type: 'transformer_list', children, position };
}

function parseItem(nesting: Nesting, position: Position): Operand | Value {
  const { lexer } = nesting;
  lexer.blanks();
  const item = tryField(nesting, position) ?? tryTransformer(nesting, position) ?? tryQuoted(lexer, position) ?? tryNumber(lexer, position);
  return item ?? lexer.fail('expected transformer list argument: field, transformer, quoted string, or number');
}

function tryQuoted(lexer: Lexer, position: Position): Value | undefined {
  return lexer.quotedString() ? { type: 'value', value: lexer.lastToken, position } : undefined;
}

function argumentOf(lexer: Lexer): { readonly argument?: string } {
  if (!lexer.literal('[')) return {};
  if (!lexer.quotedString() && !lexer.token(TOKENS.bareArgument)) {
    lexer.fail('expected a valid field argument: a quoted string or a bare string');
  }
  const argument = lexer.lastToken;
  if (!lexer.literal(']')) lexer.fail("expected a ']' token");
  return { argument };
}
