import type { Position } from '../store/store.ts';

const CURSOR = /^(asc|desc)\n(\d{1,19})\n([^\n]{1,256})$/;

/** Writes where a page ended, as one word. */
export function printCursor(order: 'asc' | 'desc', { timeNs, id }: Position): string {
  return Buffer.from(`${order}\n${timeNs}\n${id}`).toString('base64url');
}

/** Reads a cursor that was made for the same order, or nothing. */
export function parseCursor(text: string, order: 'asc' | 'desc'): Position | undefined {
  const match = CURSOR.exec(Buffer.from(text, 'base64url').toString('utf8'));
  const timeNs = BigInt(match?.[2] ?? 0);
  if (!match || match[1] !== order || timeNs >= 2n ** 63n) return undefined;
  return { timeNs, id: match[3] ?? '' };
}
