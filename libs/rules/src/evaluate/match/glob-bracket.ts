/** What stands between brackets, and where the pattern goes on. */
interface Bracket {
  readonly accepts: (byte: number) => boolean;
  readonly end: number;
}

/** The classes of the C locale. */
const CLASSES: ReadonlyMap<string, RegExp> = new Map([
  ['alpha', /[A-Za-z]/],
  ['digit', /[0-9]/],
  ['alnum', /[A-Za-z0-9]/],
  ['upper', /[A-Z]/],
  ['lower', /[a-z]/],
  ['space', /[ \t\n\v\f\r]/],
  ['blank', /[ \t]/],
  ['punct', /[!-/:-@[-`{-~]/],
  ['print', /[ -~]/],
  ['graph', /[!-~]/],
  // eslint-disable-next-line no-control-regex -- the class of control characters
  ['cntrl', /[\x00-\x1f\x7f]/],
  ['xdigit', /[0-9A-Fa-f]/],
]);

const CLASS = /\[:([a-z]*):\]/y;
/** One byte written as an equivalence class or a collating symbol. */
const SYMBOL = /\[([=.])([^\]])\1\]/y;

/**
 * Reads the set that begins at `start`. `open`: there is no closing bracket, so that the bracket stands for itself. `never`: a
 * class in it is not known, or it ends in a backslash, and the whole pattern matches nothing.
 */
export function readBracket(pattern: string, start: number, ignoreCase: boolean): Bracket | 'open' | 'never' {
  const inverted = /[!^]/.test(pattern.charAt(start + 1));
  const first = start + (inverted ? 2 : 1);
  const accepted = new Uint8Array(256);
  for (let at = first; at < pattern.length;) {
    if (pattern.charAt(at) === ']' && at > first) {
      return { accepts: (byte) => (accepted[byte] === 1) !== inverted, end: at + 1 };
    }
    const name = stickyMatch(CLASS, pattern, at);
    if (name) {
      if (!addClass(name[1] ?? '', accepted, ignoreCase)) return 'never';
      at += name[0].length;
      continue;
    }
    const low = readByte(pattern, at);
    if (low === undefined) return 'never';
    const range = pattern.charAt(low.end) === '-' && low.end + 1 < pattern.length && pattern.charAt(low.end + 1) !== ']';
    const high = range ? readByte(pattern, low.end + 1) : low;
    if (high === undefined) return 'never';
    accepted.fill(1, low.byte, Math.max(low.byte, high.byte + 1));
    at = high.end;
  }
  return 'open';
}

function addClass(name: string, accepted: Uint8Array, ignoreCase: boolean): boolean {
  const known = CLASSES.get(ignoreCase && (name === 'upper' || name === 'lower') ? 'alpha' : name);
  if (known === undefined) return false;
  for (let byte = 0; byte < 256; byte += 1) if (known.test(String.fromCharCode(byte))) accepted[byte] = 1;
  return true;
}

function readByte(pattern: string, at: number): { readonly byte: number; readonly end: number } | undefined {
  const symbol = stickyMatch(SYMBOL, pattern, at);
  if (symbol) return { byte: (symbol[2] ?? '').charCodeAt(0), end: at + symbol[0].length };
  const escaped = pattern.charAt(at) === '\\';
  if (escaped && at + 1 === pattern.length) return undefined;
  return { byte: pattern.charCodeAt(escaped ? at + 1 : at), end: at + (escaped ? 2 : 1) };
}

function stickyMatch(expression: RegExp, text: string, at: number): RegExpExecArray | null {
  expression.lastIndex = at;
  return expression.exec(text);
}
