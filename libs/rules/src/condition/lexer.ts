import type { Position } from './ast.ts';
import { unescapeString } from './escape.ts';

/** Why a text is no condition, and where the reader stood when it found out. Never leaves this folder. */
export class SyntaxProblem extends Error {
  readonly position: Position;
  constructor(message: string, position: Position) {
    super(message);
    this.position = position;
  }
}

/** What tokens look like. Falco's expressions, rewritten so that no two parts can take the same character: no backtracking. */
export const TOKENS = {
  not: /not[ \t\n\r\f\v]+/y,
  identifier: /[a-zA-Z][a-zA-Z0-9_]*/y,
  fieldName: /[a-zA-Z][a-zA-Z0-9_]*(?:\.[a-zA-Z][a-zA-Z0-9_]*)+/y,
  bareArgument: /[^\]["' \t\n\r\f\v]+/y,
  hexNumber: /0[xX][0-9a-fA-F]+/y,
  number: /[+-]?[0-9]+\.?[0-9]*(?:[eE][+-][0-9]+)?/y,
  bareString: /[^()"' \t\n\r\f\v=,]+/y,
} as const;

const BLANKS = /[ \t\b\r\n]+/y;

/** A cursor over a text. There are no tokens beforehand: what may follow depends on where the parser is. */
export class Lexer {
  /** The token that was read last, unescaped if it was in quotes. */
  lastToken = '';
  private readonly text: string;
  private at = 0;
  private index = 0;
  private line = 1;
  private column = 1;

  constructor(text: string) {
    this.text = text;
  }

  /** Where the cursor is. */
  position(): Position {
    return { index: this.index, line: this.line, column: this.column };
  }

  /** Whether nothing is left. */
  atEnd(): boolean {
    return this.at === this.text.length;
  }

  /** Ends the parse with a message at the cursor. */
  fail(message: string): never {
    throw new SyntaxProblem(message, this.position());
  }

  /** Skips blanks; whether there were any. */
  blanks(): boolean {
    const blanks = this.match(BLANKS);
    if (blanks === undefined) return false;
    this.advance(blanks);
    return true;
  }

  /** Reads exactly this text, if it comes next. */
  literal(text: string): boolean {
    if (!this.text.startsWith(text, this.at)) return false;
    this.take(text);
    return true;
  }

  /** Reads the first of these texts that comes next. */
  oneOf<T extends string>(texts: readonly T[]): T | undefined {
    return texts.find((text) => this.literal(text));
  }

  /** Reads a token of one of TOKENS, if one comes next. */
  token(shape: RegExp): boolean {
    const token = this.match(shape);
    if (token === undefined) return false;
    this.take(token);
    return true;
  }

  /** Reads a word that blanks follow, with the blanks. */
  wordAndBlanks(word: string): boolean {
    if (!this.text.startsWith(word, this.at) || this.match(BLANKS, this.at + word.length) === undefined) return false;
    this.take(word);
    return this.blanks();
  }

  /** Reads a string in quotes. Fails if an escape in it is wrong. */
  quotedString(): boolean {
    const end = this.endOfQuoted();
    if (end === undefined) return false;
    const quoted = this.text.slice(this.at, end);
    this.advance(quoted);
    const value = unescapeString(quoted);
    if (!value.ok) this.fail(value.error);
    this.lastToken = value.value;
    return true;
  }

  /** Runs a test that may read; the cursor is then where it was. */
  ahead(test: () => boolean): boolean {
    const { at, index, line, column, lastToken } = this;
    const result = test();
    Object.assign(this, { at, index, line, column, lastToken });
    return result;
  }

  /** Behind the next equal quote that no backslash precedes; a NUL ends the text, as in C. */
  private endOfQuoted(): number | undefined {
    const quote = this.text.charAt(this.at);
    if (quote !== '"' && quote !== "'") return undefined;
    let end = this.at;
    do end = this.text.indexOf(quote, end + 1);
    while (end > 0 && this.text.charAt(end - 1) === '\\');
    if (end < 0) return undefined;
    return this.text.slice(this.at, end).includes('\0') ? undefined : end + 1;
  }

  private match(shape: RegExp, at = this.at): string | undefined {
    shape.lastIndex = at;
    return shape.exec(this.text)?.[0];
  }

  private take(token: string): void {
    this.lastToken = token;
    this.advance(token);
  }

  private advance(token: string): void {
    this.at += token.length;
    for (const character of token) {
      const bytes = lengthInUtf8(character.codePointAt(0) ?? 0);
      this.index += bytes;
      this.column += bytes;
      if (character !== '\n' && character !== '\r') continue;
      this.line += 1;
      this.column = 1;
    }
  }
}

function lengthInUtf8(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x1_0000 ? 3 : 4;
}
