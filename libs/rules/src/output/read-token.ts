import { Buffer } from 'node:buffer';
import type { Operand, Transformer } from '../condition/ast.ts';
import { Lexer, SyntaxProblem } from '../condition/lexer.ts';
import { type Nesting, tryField, tryTransformer } from '../condition/parse-operand.ts';

/** A field or transformer at the beginning of a text, and how much of the text it is. */
export interface Token {
  readonly operand: Operand;
  readonly length: number;
}

const MAX_DEPTH = 50;
/** How long a field or transformer may be, and the name of a field. */
const MAX_TOKEN = 4096;
const MAX_NAME = 256;
/** A transformer ends at one of these closing parentheses at most. */
const MAX_ENDS = 64;
const TRANSFORMER = /^[a-z0-9]+\(/;
const FIELD = /^[a-zA-Z][a-zA-Z0-9_]*(?:\.[a-zA-Z][a-zA-Z0-9_]*)+/;

/**
 * What may stand at the beginning of a text, the longest first: formats have no mark where a field ends, so that `%proc.nameand` is
 * tried as `proc.nameand`, `proc.namean` and so on until there is such a field.
 */
export function* tokensOf(format: string): Generator<Token> {
  const text = format.slice(0, MAX_TOKEN);
  if (TRANSFORMER.test(text)) yield* transformersOf(text);
  const name = FIELD.exec(text.slice(0, MAX_NAME))?.[0];
  if (name === undefined) return;
  const withArgument = parsed(text, tryField);
  if (withArgument?.operand.argument !== undefined) yield withArgument;
  for (let length = name.length; length > 0; length -= 1) {
    const operand = parsed(text.slice(0, length), tryField);
    if (operand?.length === length) yield operand;
  }
}

function* transformersOf(text: string): Generator<Token> {
  const whole = parsed(text, tryTransformer);
  if (whole) yield whole;
  let end = text.length;
  for (let tries = 0; tries < MAX_ENDS; tries += 1) {
    end = text.lastIndexOf(')', end - 1);
    if (end <= 0) return;
    const shorter = parsed(text.slice(0, end + 1), tryTransformer);
    if (shorter) yield shorter;
  }
}

function parsed<T extends Operand | Transformer>(
  text: string,
  parse: (nesting: Nesting, position: T['position']) => T | undefined,
): { readonly operand: T; readonly length: number } | undefined {
  const lexer = new Lexer(text);
  try {
    const operand = parse({ lexer, maxDepth: MAX_DEPTH, depth: 0 }, lexer.position());
    if (operand === undefined) return undefined;
    const read = Buffer.from(text, 'utf8').subarray(0, lexer.position().index);
    return { operand, length: read.toString('utf8').length };
  } catch (error) {
    if (error instanceof SyntaxProblem) return undefined;
    throw error;
  }
}
