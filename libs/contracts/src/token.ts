/**
 * The identity token, as text. `SEC_SESSION=1.<kid>.<session>.<signature>` and `SEC_USER_ID=<user>` stand in front of
 * the command (docs/architecture.md, "The token"). Signing and verifying is in @whoran/keyring.
 */

/** The prefix of the injected variables, unless a setting says otherwise. */
export const DEFAULT_PREFIX = 'SEC_';

/** An encoded username of more bytes than this is left out of the command; the session record has it. */
export const MAX_ENCODED_USER = 512;

/** What strategy `sh` runs: `sh -c <this> sh <token> <user> <command…>`. With another prefix the names change. */
export function shScript(prefix: string): string {
  return `export ${prefix}SESSION="$1" ${prefix}USER_ID="$2"; shift 2; exec "$@"`;
}

/** The parts of a token that has the right form. Says nothing of its signature. */
export interface Token {
  readonly kid: string;
  /** The request.uid, as a lower-case UUID. */
  readonly session: string;
  readonly signature: string;
}

/** What a signature covers, beside the session: a token is worthless in any other pod. */
export interface TokenScope {
  readonly cluster: string;
  readonly namespace: string;
  readonly pod: string;
  /** The encoded username, also when it is too long for the command. */
  readonly user: string;
}

const TOKEN = /^1\.([A-Za-z0-9_-]{1,64})\.([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{86})$/;
const TOKEN_ANYWHERE = /1\.[A-Za-z0-9_-]{1,64}\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{86}/g;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Reads a token, or nothing if it does not have the form of one. */
export function parseToken(text: string): Token | undefined {
  const match = TOKEN.exec(text);
  if (!match) return undefined;
  const [, kid = '', session = '', signature = ''] = match;
  return { kid, session: uuidOfBase64Url(session), signature };
}

/** A text without the tokens in it: they stand in command lines, and what people read should not hand them on. */
export function withoutTokens(text: string): string {
  return text.replace(TOKEN_ANYWHERE, '<token>');
}

/** Writes a token. The session must be a UUID. */
export function printToken(token: Token): string {
  return `1.${token.kid}.${base64UrlOfUuid(token.session)}.${token.signature}`;
}

/** Whether a text can be a session of a token: the request.uid of an AdmissionReview. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** The UTF-8 text that a signature covers. */
export function signedText(session: string, scope: TokenScope): string {
  return ['whoran/v1', scope.cluster, scope.namespace, scope.pod, session, scope.user].join('\n');
}

/**
 * A username as one word of printable ASCII: encodeURIComponent, with `@ : / +` left as they are, because Falco joins
 * arguments with spaces. A lone surrogate, which has no UTF-8, becomes U+FFFD.
 */
export function encodeUser(username: string): string {
  return encodeURIComponent(username.toWellFormed()).replace(/%(40|3A|2F|2B)/g, (code) => decodeURIComponent(code));
}

/** The username behind an encoded one, or nothing if it is not one. */
export function decodeUser(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined; // a stray % is not an error of ours: the text is the attacker's
  }
}

/** What stands in the command for a user: the encoded name, or nothing when that is too long. */
export function userInCommand(encoded: string): string {
  return encoded.length > MAX_ENCODED_USER ? '' : encoded;
}

function base64UrlOfUuid(uuid: string): string {
  const bytes = (uuid.replaceAll('-', '').match(/../g) ?? []).map((pair) => parseInt(pair, 16));
  let out = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const bits = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const digits = Math.min(4, Math.ceil(((bytes.length - at) * 8) / 6));
    for (let digit = 0; digit < digits; digit += 1) out += ALPHABET.charAt((bits >> (18 - 6 * digit)) & 63);
  }
  return out;
}

function uuidOfBase64Url(text: string): string {
  let hex = '';
  // Two letters are three digits; what the last letter has beyond the uuid is cut.
  for (let at = 0; at < text.length; at += 2) {
    const bits = (ALPHABET.indexOf(text.charAt(at)) << 6) | ALPHABET.indexOf(text.charAt(at + 1));
    hex += bits.toString(16).padStart(3, '0');
  }
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}

/** Checks signatures: the port that resolvers depend on. */
export abstract class TokenVerifier {
  /** Whether the signature is right; `unknown-key` when no public key of the cluster has this kid. Must not throw. */
  abstract verify(cluster: string, token: Token, signed: string): 'valid' | 'invalid' | 'unknown-key';
}
