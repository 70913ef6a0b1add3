import {
  type BinaryCheck,
  type Condition,
  LIST_OPERATORS,
  type List,
  MODIFIERS,
  type Modifier,
  NUMBER_OPERATORS,
  type Operand,
  type Position,
  STRING_OPERATORS,
  UNARY_OPERATORS,
  type Value,
} from './ast.ts';
import { SyntaxProblem, TOKENS } from './lexer.ts';
import { type Nesting, RIGHT_SIDE_TRANSFORMERS, tryField, tryNumber, tryRightOperand, tryTransformer, within } from './parse-operand.ts';

/** A parser that can go back to the top of the grammar when it meets a parenthesis. */
export interface Parser extends Nesting {
  readonly parseEmbedded: () => Condition;
}

/** Operators that are prefixes of others come after them. */
const NUMBERS = ['<=', '<', '>=', '>'] as const satisfies readonly (typeof NUMBER_OPERATORS)[number][];
const SIGNS = ['==', '=', '!='] as const;
const WORDS = ['glob', 'iglob', 'contains', 'icontains', 'bcontains', 'startswith', 'bstartswith', 'endswith', 'regex'] as const;
const LISTS = ['intersects', 'in', 'pmatch'] as const satisfies readonly (typeof LIST_OPERATORS)[number][];

const ALL_OPERATORS = [...UNARY_OPERATORS, ...NUMBERS, ...SIGNS, ...WORDS, ...LISTS].map((operator) => `'${operator}'`).join(', ');

type StringOperator = (typeof STRING_OPERATORS)[number];

/** A test of a field or a transformer, a macro, or a condition in parentheses. */
export function parseLeaf(parser: Parser): Condition {
  return within(parser, () => {
    const { lexer } = parser;
    const position = lexer.position();
    lexer.blanks();
    if (lexer.literal('(')) return parser.parseEmbedded();
    const left = tryField(parser, position) ?? tryTransformer(parser, position);
    if (left !== undefined) return parseTest(parser, left, position);
    if (lexer.token(TOKENS.identifier)) return { type: 'identifier', name: lexer.lastToken, position };
    return lexer.fail("expected a '(' token, a field check, or an identifier");
  });
}

function parseTest(parser: Nesting, left: Operand, position: Position): Condition {
  return within(parser, () => {
    const { lexer } = parser;
    lexer.blanks();
    const unary = lexer.oneOf(UNARY_OPERATORS);
    if (unary !== undefined) return { type: 'unary', left, operator: unary, position };
    const number = lexer.oneOf(NUMBERS);
    if (number !== undefined) return { type: 'binary', left, operator: number, right: parseNumber(parser), position };
    const string = lexer.oneOf(SIGNS) ?? WORDS.find((word) => lexer.wordAndBlanks(word));
    if (string !== undefined) return { type: 'binary', left, ...parseStringTest(parser, string), position };
    const list = lexer.oneOf(LISTS);
    if (list !== undefined) return { type: 'binary', left, operator: list, right: parseList(parser, tryRightOperand), position };
    return lexer.fail(`expected a valid check operator: one of ${ALL_OPERATORS}`);
  });
}

function parseStringTest(parser: Nesting, operator: StringOperator): Pick<BinaryCheck, 'operator' | 'modifier' | 'right'> {
  const isWord = SIGNS.every((sign) => sign !== operator);
  const modifier = parser.lexer.blanks() || isWord ? tryModifier(parser) : undefined;
  if (modifier === undefined) return { operator, right: parseString(parser) };
  return { operator, modifier, right: parseList(parser, () => undefined) };
}

/** A word is a modifier only if a list or the name of one follows: `a.b = oneof and c` compares with the text oneof. */
function tryModifier({ lexer }: Nesting): Modifier | undefined {
  const modifier = MODIFIERS.find((word) =>
    lexer.ahead(() => {
      if (!lexer.wordAndBlanks(word)) return false;
      return lexer.literal('(') || (lexer.token(TOKENS.identifier) && lexer.lastToken !== 'and' && lexer.lastToken !== 'or');
    }),
  );
  if (modifier !== undefined) lexer.wordAndBlanks(modifier);
  return modifier;
}

function parseNumber(parser: Nesting): Value | Operand {
  return within(parser, () => {
    const { lexer } = parser;
    lexer.blanks();
    const position = lexer.position();
    const value = tryRightOperand(parser) ?? tryNumber(lexer, position);
    return value ?? lexer.fail(`expected a number value or a field with a valid transformer: ${RIGHT_SIDE_TRANSFORMERS}`);
  });
}

function parseString(parser: Nesting): Value | Operand {
  return within(parser, () => {
    const { lexer } = parser;
    lexer.blanks();
    const position = lexer.position();
    const value = tryRightOperand(parser) ?? tryString(parser, position);
    return value ?? lexer.fail(`expected a string value or a field with a valid transformer: ${RIGHT_SIDE_TRANSFORMERS}`);
  });
}

function parseList(parser: Nesting, tryOperand: (parser: Nesting) => Operand | undefined): List | Value | Operand {
  return within(parser, () => {
    const { lexer } = parser;
    lexer.blanks();
    const position = lexer.position();
    if (lexer.literal('(')) return { type: 'list', values: parseElements(parser), position };
    const operand = tryOperand(parser);
    if (operand !== undefined) return operand;
    if (lexer.token(TOKENS.identifier)) return { type: 'value', value: lexer.lastToken, position };
    return lexer.fail(`expected a list, an identifier, or a field with a valid transformer: ${RIGHT_SIDE_TRANSFORMERS}`);
  });
}

function parseElements(parser: Nesting): readonly string[] {
  const { lexer } = parser;
  lexer.blanks();
  const values: string[] = [];
  const first = firstElement(parser);
  if (first !== undefined) {
    values.push(first);
    lexer.blanks();
    while (lexer.literal(',')) {
      values.push(parseElement(parser));
      lexer.blanks();
    }
  }
  if (!lexer.literal(')')) lexer.fail("expected a ')' token");
  return values;
}

/** Whatever is wrong with the first element, Falco takes the list for an empty one, and goes on from where it stopped. */
function firstElement(parser: Nesting): string | undefined {
  try {
    return parseElement(parser);
  } catch (error) {
    if (error instanceof SyntaxProblem) return undefined;
    throw error;
  }
}

function parseElement(parser: Nesting): string {
  return within(parser, () => {
    const { lexer } = parser;
    lexer.blanks();
    return tryString(parser, lexer.position())?.value ?? lexer.fail('expected a string value');
  });
}

function tryString({ lexer }: Nesting, position: Position): Value | undefined {
  return lexer.quotedString() || lexer.token(TOKENS.bareString) ? { type: 'value', value: lexer.lastToken, position } : undefined;
}
