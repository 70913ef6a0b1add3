/** The query parameters of a request URI, in their order, decoded as Go's net/url does: `+` is a space. */
export function queryOf(requestUri: string): readonly (readonly [name: string, value: string])[] {
  const start = requestUri.indexOf('?');
  if (start === -1) return [];
  return requestUri
    .slice(start + 1)
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      return equals === -1 ? ([decode(pair), ''] as const) : ([decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))] as const);
    });
}

/** Decodes percent escapes. What is not a valid escape stays as it is; bytes that are not UTF-8 become U+FFFD. */
function decode(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    // The text is an attacker's: decode the escapes that are ones, run by run.
    return spaced.replace(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'));
  }
}
