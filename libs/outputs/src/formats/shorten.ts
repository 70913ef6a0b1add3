import { truncate } from '@whoran/kernel';

/** Lists keep this many entries however short the texts are cut, and objects this many fields: more than ours have. */
const FEWEST_ITEMS = 10;
const FEWEST_FIELDS = 64;
const DEEPEST = 32;

/** A copy of a JSON value with its texts cut to so many UTF-16 units, its lists and objects to a sixteenth as many entries. */
export function shorten<T>(value: T, limit: number): T {
  return cut(value, { text: limit, items: Math.max(FEWEST_ITEMS, limit >> 4) }, DEEPEST) as T;
}

interface Limits {
  readonly text: number;
  readonly items: number;
}

function cut(value: unknown, limits: Limits, levels: number): unknown {
  if (typeof value === 'string') return truncate(value, limits.text);
  if (typeof value !== 'object' || value === null) return value;
  if (levels === 0) return '…';
  if (Array.isArray(value)) return value.slice(0, limits.items).map((inner) => cut(inner, limits, levels - 1));
  // fromEntries sets own fields whatever they are called, __proto__ too.
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, Math.max(FEWEST_FIELDS, limits.items))
      .map(([name, inner]) => [truncate(name, limits.text), cut(inner, limits, levels - 1)]),
  );
}
