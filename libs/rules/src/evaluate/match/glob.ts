import { readBracket } from './glob-bracket.ts';
import { bytesAsText, lowerAscii } from './byte-text.ts';

/** One part of a pattern: any bytes, any byte, or one byte of a set. */
type Part = { readonly kind: 'star' } | { readonly kind: 'any' } | { readonly kind: 'byte'; readonly accepts: (byte: number) => boolean };

/** How a pattern is read. */
export interface GlobOptions {
  /** Letters A to Z stand for their small ones, and the other way round. */
  readonly ignoreCase?: boolean;
}

/**
 * Compiles a pattern of POSIX fnmatch without flags, byte by byte: `*` and `?` also stand for `/` and a leading dot, `[a-z]`,
 * `[!a]`, `[^a]` and `[[:alpha:]]` for one byte, `\` takes the next byte as it is. Matching takes at most as many steps as the
 * lengths of pattern and text multiplied.
 */
export function compileGlob(pattern: string, { ignoreCase = false }: GlobOptions = {}): (text: string) => boolean {
  const fold = ignoreCase ? lowerAscii : (text: string) => text;
  const parts = readParts(fold(bytesAsText(pattern)), ignoreCase);
  if (parts === undefined) return () => false;
  const simple = simpleMatcher(parts, fold(bytesAsText(pattern)));
  const match = simple ?? ((text: string) => matchesParts(parts, text));
  return (text) => match(fold(bytesAsText(text)));
}

/** Nothing if the pattern can match nothing at all: it ends in a backslash, or names a class that there is not. */
function readParts(pattern: string, ignoreCase: boolean): readonly Part[] | undefined {
  const parts: Part[] = [];
  for (let at = 0; at < pattern.length;) {
    const char = pattern.charAt(at);
    if (char === '[') {
      const bracket = readBracket(pattern, at, ignoreCase);
      if (bracket === 'never') return undefined;
      parts.push(bracket === 'open' ? literal(char) : { kind: 'byte', accepts: bracket.accepts });
      at = bracket === 'open' ? at + 1 : bracket.end;
      continue;
    }
    if (char === '\\' && at + 1 === pattern.length) return undefined;
    if (char === '*' && parts.at(-1)?.kind !== 'star') parts.push({ kind: 'star' });
    else if (char === '?') parts.push({ kind: 'any' });
    else if (char !== '*') parts.push(literal(char === '\\' ? pattern.charAt(at + 1) : char));
    at += char === '\\' ? 2 : 1;
  }
  return parts;
}

function literal(char: string): Part {
  const wanted = char.charCodeAt(0);
  return { kind: 'byte', accepts: (byte) => byte === wanted };
}

const SPECIAL = /[*?[\\]/;

/** Most patterns are a text with a star before it, behind it or both; those need no steps. */
function simpleMatcher(parts: readonly Part[], pattern: string): ((text: string) => boolean) | undefined {
  const open = parts[0]?.kind === 'star';
  const wide = parts.length > 1 && parts.at(-1)?.kind === 'star';
  const inner = pattern.replace(/^\*+/, open ? '' : '$&').replace(/\*+$/, '');
  if (SPECIAL.test(inner)) return undefined;
  if (open) return wide || inner === '' ? (text) => text.includes(inner) : (text) => text.endsWith(inner);
  return wide ? (text) => text.startsWith(inner) : (text) => text === inner;
}

/** Goes back to the last star only: an earlier one never has to take more than it did. */
function matchesParts(parts: readonly Part[], text: string): boolean {
  let [part, at, star, mark] = [0, 0, -1, 0];
  while (at < text.length) {
    const current = parts[part];
    if (current?.kind === 'star') {
      star = part;
      mark = at;
      part += 1;
    } else if (current !== undefined && (current.kind === 'any' || current.accepts(text.charCodeAt(at)))) {
      part += 1;
      at += 1;
    } else if (star >= 0) {
      mark += 1;
      at = mark;
      part = star + 1;
    } else return false;
  }
  while (parts[part]?.kind === 'star') part += 1;
  return part === parts.length;
}
