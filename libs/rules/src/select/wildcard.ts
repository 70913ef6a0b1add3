/**
 * Whether a text matches a pattern in which `*` stands for anything. Every part between stars is taken where it comes first, as Falco
 * does: `*b` does not match `abb`.
 */
export function matchesWildcard(pattern: string, text: string): boolean {
  const [head = '', ...parts] = pattern.split(/\*+/);
  if (!text.startsWith(head)) return false;
  if (parts.length === 0) return text === pattern;
  let at = head.length;
  for (const part of parts.slice(0, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  const last = parts.at(-1) ?? '';
  return last === '' || endOfFirst(text, last, at) === text.length;
}

function endOfFirst(text: string, part: string, from: number): number {
  const found = text.indexOf(part, from);
  return found < 0 ? -1 : found + part.length;
}
