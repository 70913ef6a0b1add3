/** The scheme and host of a URL: all of it that a log, an error or a dead letter may hold, for paths carry tokens. */
export function redactUrl(url: URL): string {
  return `${url.protocol}//${url.host}`;
}

/** Shorter words than this are left alone: masking them would only garble the text. */
const SHORTEST_SECRET = 4;

/** Replaces every secret in a foreign text with `***`. */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  const longestFirst = secrets.filter((secret) => secret.length >= SHORTEST_SECRET).sort((a, b) => b.length - a.length);
  return longestFirst.reduce((masked, secret) => masked.replaceAll(secret, '***'), text);
}
