import { type Result, err, messageOf, ok } from '@whoran/kernel';
import { RE2JS, RE2JSSyntaxException } from 're2js';
import { MAX_REGEX_PROGRAM } from '../../read/limits.ts';

/** What a compiled pattern has inside. */
interface Compiled {
  readonly prog: { readonly inst: readonly unknown[] };
}

function sizeOf(compiled: unknown): number {
  return (compiled as Compiled).prog.inst.length;
}

/** What re2js has inside and does not export: Falco's syntax is POSIX, which `RE2JS.compile` cannot be asked for. */
interface Compiler {
  compileImpl(pattern: string, flags: number, longest: boolean): ReturnType<RE2JS['re2']>;
}

/** `[^a]` and the classes also stand for a newline; nothing else of Perl's syntax is there. */
const CLASS_NL = 4;
const compiler = RE2JS.compile('').re2().constructor as unknown as Compiler;

/** The words of RE2 for those of re2js. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['missing closing ]', 'missing ]'],
  ['missing closing )', 'missing )'],
  ['missing argument to repetition operator', 'no argument for repetition operator'],
  ['invalid repeat count', 'invalid repetition size'],
  ['invalid nested repetition operator', 'bad repetition operator'],
  ['trailing backslash at end of expression', 'trailing \\'],
  ['expression too large', 'pattern too large - compile failed'],
]);

/**
 * Compiles a regular expression in the POSIX syntax of RE2; the whole text must match it. Time is linear in the text's length. The
 * error is Falco's.
 */
export function compileRegex(pattern: string): Result<(text: string) => boolean, string> {
  try {
    const regex = new RE2JS(pattern, 0);
    const compiled = compiler.compileImpl(pattern, CLASS_NL, true);
    if (sizeOf(compiled) > MAX_REGEX_PROGRAM) return err('invalid regex pattern: pattern too large - compile failed');
    regex.re2Input = compiled;
    return ok((text) => regex.testExact(text));
  } catch (error) {
    return err(`invalid regex pattern: ${error instanceof RE2JSSyntaxException ? inWordsOfRe2(error) : messageOf(error)}`);
  }
}

function inWordsOfRe2({ error, input }: { readonly error: string; readonly input: string | null }): string {
  const words = WORDS.get(error) ?? error;
  return input === null || input === '' ? words : `${words}: ${input}`;
}
