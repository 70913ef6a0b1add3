/** Cuts a text that is longer than `limit` (1 at least) UTF-16 units, never inside a surrogate pair, and marks the cut with "…". */
export function truncate(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const end = /[\uD800-\uDBFF]/.test(text.charAt(limit - 2)) ? limit - 2 : limit - 1;
  return `${text.slice(0, end)}…`;
}
