import { type Result, err, messageOf, ok } from '@whoran/kernel';
import { RE2JS } from 're2js';

/** Texts whose outcome is remembered per pattern: namespaces, rules and users come again and again. */
const MAX_REMEMBERED = 256;
const MAX_REMEMBERED_LENGTH = 256;

/**
 * Compiles a regular expression of a matcher: RE2's, anchored at both ends; "." matches line breaks too, so that a name with one
 * in it does not slip through.
 */
export function compilePattern(pattern: string): Result<(text: string) => boolean, string> {
  const plain = literal(pattern);
  if (plain) return ok(plain);
  try {
    const expression = RE2JS.compile(pattern, RE2JS.DOTALL);
    const test = remembering((text) => expression.matches(text));
    const prefix = prefixOf(pattern);
    return ok(prefix === '' ? test : (text) => text.startsWith(prefix) && test(text));
  } catch (error) {
    return err(`has a regular expression that RE2 does not read: ${messageOf(error).replace('(?s)', '')}`);
  }
}

/** Most patterns are words with bars between them, or words and then anything: these need no engine. */
function literal(pattern: string): ((text: string) => boolean) | undefined {
  if (/^[\w\-:/@| ]*$/.test(pattern)) {
    const words = new Set(pattern.split('|'));
    return (text) => words.has(text);
  }
  const prefix = /^([\w\-:/@ ]*)\.\*$/.exec(pattern)?.[1];
  return prefix === undefined ? undefined : (text) => text.startsWith(prefix);
}

/** What everything that fits a pattern begins with, as far as it is easily seen: most texts fail there already. */
function prefixOf(pattern: string): string {
  if (pattern.includes('|')) return '';
  const [, prefix = '', last = '', after = ''] = /^([\w\-:/@ ]*)([\w\-:/@ ])(.?)/s.exec(pattern) ?? [];
  return /[*?{]/.test(after) ? prefix : prefix + last;
}

function remembering(test: (text: string) => boolean): (text: string) => boolean {
  const known = new Map<string, boolean>();
  return (text) => {
    if (text.length > MAX_REMEMBERED_LENGTH) return test(text);
    const before = known.get(text);
    if (before !== undefined) return before;
    if (known.size >= MAX_REMEMBERED) known.clear();
    const result = test(text);
    known.set(text, result);
    return result;
  };
}
