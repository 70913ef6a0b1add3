import { type Result, err, ok } from '@whoran/kernel';
import type { Condition, Position } from './ast.ts';
import { Lexer, SyntaxProblem, TOKENS } from './lexer.ts';
import { type Parser, parseLeaf } from './parse-check.ts';
import { within } from './parse-operand.ts';

/*
 * The language of conditions, which is Falco's. There is no tokenizer: alternatives are tried in this order at the cursor, each
 * takes as much as it can, and no word is reserved. `_` stands for any blanks (space, TAB, backspace, CR, LF), `__` for at least one.
 *
 *   condition   = or , END ;
 *   or          = _ and _ { "or"  ( __ and | "(" embedded ) _ } ;
 *   and         = _ not _ { "and" ( __ not | "(" embedded ) _ } ;
 *   not         = _ { "not" __ } ( "not(" embedded | check ) ;
 *   embedded    = _ or _ ")" ;
 *   check       = _ ( "(" embedded | field test | transformer test | IDENTIFIER ) ;
 *
 * The rest is in parse-check.ts (tests) and parse-operand.ts (fields, transformers).
 *
 *   test        = _ ( "exists"
 *                   | ( "<=" | "<" | ">=" | ">" ) _ ( operand | NUMBER )
 *                   | string_op [ __ modifier ( list | IDENTIFIER ) | _ ( operand | STRING ) ]
 *                   | ( "intersects" | "in" | "pmatch" ) _ ( list | operand | IDENTIFIER ) ) ;
 *   string_op   = "==" | "=" | "!=" | ( "glob" | "iglob" | "contains" | "icontains" | "bcontains" | "startswith" | "bstartswith"
 *                   | "endswith" | "regex" ) __ ;
 *   modifier    = ( "oneof" | "anyof" | "allof" ) __ ;       followed by "(" or an identifier that is neither "and" nor "or"
 *   list        = "(" _ [ STRING { _ "," _ STRING } ] _ ")" ;
 *   operand     = "val(" _ field _ ")" [ "[" ( QUOTED | ARGUMENT ) "]" ] | transformer ;
 *   field       = FIELD [ "[" ( QUOTED | ARGUMENT ) "]" ] ;
 *   transformer = NAME "(" _ value _ { "," value _ } _ ")" [ "[" ( QUOTED | ARGUMENT ) "]" ] ;
 *   value       = _ ( NUMBER | QUOTED | "(" _ [ item _ { "," item _ } ] ")" | transformer | field ) ;
 *   item        = _ ( field | transformer | QUOTED | NUMBER ) ;
 */

/** How deep productions may nest, as in Falco's rule loader: about 199 parentheses in one another. */
export const MAX_DEPTH = 1000;

/** Why a text is no condition: Falco's message, and where its parser stops, which is mostly behind the last good token. */
export interface ConditionError {
  readonly message: string;
  readonly position: Position;
}

/** Parses a condition; lists must have been put in. Takes time in proportion to the text, and never throws. */
export function parseCondition(text: string, options: { readonly maxDepth?: number } = {}): Result<Condition, ConditionError> {
  const lexer = new Lexer(text);
  const parser: Parser = { lexer, maxDepth: options.maxDepth ?? MAX_DEPTH, depth: 0, parseEmbedded: () => parseEmbedded(parser) };
  try {
    if (text === '') lexer.fail('filter input string is empty');
    const condition = parseOr(parser);
    if (!lexer.atEnd()) lexer.fail(`unexpected token after '${lexer.lastToken}', expecting 'or', 'and'`);
    return ok(condition);
  } catch (error) {
    if (error instanceof SyntaxProblem) return err({ message: error.message, position: error.position });
    throw error;
  }
}

function parseOr(parser: Parser): Condition {
  return within(parser, () => parseSequence(parser, 'or', parseAnd));
}

function parseAnd(parser: Parser): Condition {
  return within(parser, () => parseSequence(parser, 'and', parseNot));
}

function parseSequence(parser: Parser, type: 'and' | 'or', parseChild: (parser: Parser) => Condition): Condition {
  const { lexer } = parser;
  const position = lexer.position();
  lexer.blanks();
  const first = parseChild(parser);
  const children = [first];
  lexer.blanks();
  while (lexer.literal(type)) {
    if (lexer.blanks()) children.push(parseChild(parser));
    else if (lexer.literal('(')) children.push(parseEmbedded(parser));
    else lexer.fail(`expected blank or '(' after '${type}'`);
    lexer.blanks();
  }
  return children.length === 1 ? first : { type, children, position };
}

function parseNot(parser: Parser): Condition {
  return within(parser, () => {
    const { lexer } = parser;
    const position = lexer.position();
    lexer.blanks();
    let inverted = false;
    while (lexer.token(TOKENS.not)) inverted = !inverted;
    const embedded = lexer.literal('not(');
    if (embedded) inverted = !inverted;
    const child = embedded ? parseEmbedded(parser) : parseLeaf(parser);
    return inverted ? { type: 'not', child, position } : child;
  });
}

/** What follows an opening parenthesis. */
function parseEmbedded(parser: Parser): Condition {
  return within(parser, () => {
    const { lexer } = parser;
    lexer.blanks();
    const condition = parseOr(parser);
    lexer.blanks();
    if (!lexer.literal(')')) lexer.fail("expected a ')' token");
    return condition;
  });
}
