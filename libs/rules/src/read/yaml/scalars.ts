const TRUE_WORDS: ReadonlySet<string> = new Set(['y', 'yes', 'true', 'on']);
const FALSE_WORDS: ReadonlySet<string> = new Set(['n', 'no', 'false', 'off']);

/** A boolean as YAML 1.1 writes it: lower case, upper case or capitalised. Digits are none. */
export function parseBoolean(text: string): boolean | undefined {
  const lower = text.toLowerCase();
  const capitalised = lower.slice(0, 1).toUpperCase() + lower.slice(1);
  if (text !== lower && text !== text.toUpperCase() && text !== capitalised) return undefined;
  if (TRUE_WORDS.has(lower)) return true;
  return FALSE_WORDS.has(lower) ? false : undefined;
}

const UINT32_MAX = 0xff_ff_ff_ff;

/** A number of 32 bits without sign: decimal, octal after `0` or hexadecimal after `0x`, and nothing else but blanks behind it. */
export function parseUint32(text: string): number | undefined {
  const match = /^\+?(?:0[xX]([0-9a-fA-F]+)|(0[0-7]*)|([1-9]\d*))\s*$/.exec(text);
  if (match === null) return undefined;
  const [, hexadecimal, octal, decimal] = match;
  const value =
    hexadecimal === undefined ? Number.parseInt(octal ?? decimal ?? '', octal === undefined ? 10 : 8) : Number.parseInt(hexadecimal, 16);
  return value > UINT32_MAX ? undefined : value;
}
