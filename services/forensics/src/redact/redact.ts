import { redactWords } from './redact-words.ts';
import { ASSIGNMENT, QUERY_PARAMETER, REDACTED, SEPARATOR, SUBSTITUTIONS } from './secrets.ts';

/** Takes the secrets out of texts and out of commands. */
export interface Redactor {
  text(text: string): string;
  argv(argv: readonly string[]): readonly string[];
}

/** How often a text is gone through: what one pass leaves may, by a contrived text, look like a secret to the next. */
const MAX_PASSES = 8;

/**
 * Replaces passwords, tokens and keys in a command line or message by `[redacted]`. Linear in the length of the text,
 * and a second time changes nothing. It knows the usual forms only: what looks like any other word stays.
 */
export function redact(text: string): string {
  return settle(text.replaceAll(SEPARATOR, '\uFFFD'));
}

/** Redacts an argv: a word is kept whole even if it has spaces, and a flag's value is its next element. */
export function redactArgv(argv: readonly string[]): string[] {
  if (argv.length === 0) return [];
  const joined = argv.map((word) => word.replaceAll(SEPARATOR, '\uFFFD')).join(SEPARATOR);
  return settle(redactWords(joined.split(/(\uE000)/)).join('')).split(SEPARATOR);
}

function settle(text: string): string {
  let before = text;
  for (let pass = 0; pass < MAX_PASSES; pass += 1) {
    const after = once(before);
    if (after === before) return after;
    before = after;
  }
  return before;
}

function once(text: string): string {
  let out = text;
  for (const { pattern, replacement } of SUBSTITUTIONS) out = out.replace(pattern, replacement);
  out = out.replace(QUERY_PARAMETER, `$1${REDACTED}`).replace(ASSIGNMENT, redactAssignment);
  return redactWords(out.split(/(\s+|\uE000)/)).join('');
}

function redactAssignment(_match: string, name: string, marked?: string, quoted?: string): string {
  if (marked !== undefined) return `${name}${marked}`;
  return quoted === undefined ? `${name}${REDACTED}` : `${name}${quoted.charAt(0)}${REDACTED}${quoted.charAt(0)}`;
}
