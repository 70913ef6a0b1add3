import { createHash, timingSafeEqual } from 'node:crypto';

/** The fewest characters of a token. */
const MIN_TOKEN = 16;
const MAX_TOKENS = 1000;
const ENTRY = /^(?:([A-Za-z0-9][A-Za-z0-9_.@-]{0,62}):)?([\x21-\x39\x3b-\x7e]{1,4096})$/;

/** Who may use the API: a name, unless the token has none, and the digest of the token. */
export interface ApiToken {
  readonly name?: string;
  readonly digest: Buffer;
}

/** Reads `name:token` entries, or tokens without a name, separated by white space. Nothing when one of them is none. */
export function parseApiTokens(text: string): readonly ApiToken[] | undefined {
  const entries = text.split(/\s+/).filter((entry) => entry !== '');
  if (entries.length > MAX_TOKENS) return undefined;
  const tokens: ApiToken[] = [];
  for (const entry of entries) {
    const [, name, token = ''] = ENTRY.exec(entry) ?? [];
    if (token.length < MIN_TOKEN) return undefined;
    tokens.push({ ...(name === undefined ? {} : { name }), digest: digestOf(token) });
  }
  return new Set(tokens.map(({ digest }) => digest.toString('hex'))).size === tokens.length ? tokens : undefined;
}

/** The entry of a token that somebody sent. Takes as long whichever it is. */
export function findToken(tokens: readonly ApiToken[], sent: string): ApiToken | undefined {
  const digest = digestOf(sent);
  return tokens.filter((token) => timingSafeEqual(token.digest, digest))[0];
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
