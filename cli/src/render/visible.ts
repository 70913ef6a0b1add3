/**
 * Whatever could move the cursor, change colours, reorder, hide or overprint text: control and format characters, bidi
 * overrides, invisible and unassigned code points, lone surrogates, odd spaces, combining marks on nothing or in heaps.
 * Command lines, usernames and pod names are chosen by attackers.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}|^\p{M}|(?<=\p{M}{2})\p{M}/gu;

/** Code points that take two cells: East Asian wide and fullwidth, and emoji. */
const WIDE =
  /^(?:[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1aff0}-\u{1b2ff}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation})$/u;
const MARK = /^\p{M}$/u;
const ASCII = /^[ -~]*$/;

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A text that is safe to print on a terminal and takes one line: what is unsafe stands there as an escape. */
export function visible(text: string): string {
  return ASCII.test(text) ? text : text.replace(UNSAFE, (character) => NAMED[character] ?? escapeOf(character));
}

/** As `visible`, for our own texts of several lines. */
export function visibleLines(text: string): string {
  return text.split('\n').map(visible).join('\n');
}

/** How many cells of a terminal a visible text takes. */
export function cellsOf(text: string): number {
  if (ASCII.test(text)) return text.length;
  let cells = 0;
  for (const character of text) cells += cellsOfOne(character);
  return cells;
}

/** Cuts a visible text to this many cells; the cut is marked with `…`. */
export function cutTo(text: string, limit: number): string {
  if (cellsOf(text) <= limit) return text;
  if (limit < 1) return '';
  let out = '';
  let left = limit - 1;
  for (const character of text) {
    left -= cellsOfOne(character);
    if (left < 0) break;
    out += character;
  }
  return `${out}…`;
}

/** How a character stands there that must not act: `\x1b`, `\u202e` or `\u{e0041}`. */
export function escapeOf(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16);
  if (hex.length <= 2) return `\\x${hex.padStart(2, '0')}`;
  return hex.length <= 4 ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`;
}

function cellsOfOne(character: string): number {
  if (MARK.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}
