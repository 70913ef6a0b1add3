import { type ApiToken, findToken } from './api-tokens.ts';

/** Who calls: the name of the token, if it has one. What somebody without a name says of themselves cannot be checked. */
export interface ApiCaller {
  readonly name?: string;
}

/** May pass, or why not. */
export type ApiAccess =
  | { readonly allowed: true; readonly caller: ApiCaller }
  | { readonly allowed: false; readonly status: 401 | 403; readonly message: string };

/**
 * Decides whether a caller may use the API of the router: who has one of the tokens. Without any token the API is off, on this
 * machine too, because it can silence alerts and lock users out.
 */
export function decideApiAccess(authorization: string | undefined, tokens: readonly ApiToken[]): ApiAccess {
  if (tokens.length === 0) return refused(403, 'the API of the alert router is off: start it with WHORAN_ROUTER_API_TOKENS');
  const sent = /^Bearer +(\S{1,4096})$/i.exec(authorization ?? '')?.[1];
  if (sent === undefined) return refused(401, 'a bearer token is needed: send Authorization: Bearer <one of WHORAN_ROUTER_API_TOKENS>');
  const token = findToken(tokens, sent);
  if (!token) return refused(401, 'the bearer token is wrong');
  return { allowed: true, caller: token.name === undefined ? {} : { name: token.name } };
}

/**
 * Who is written down as the author: the caller's token says so, and only without a name in it what the caller says. Nothing
 * when neither says anybody.
 */
export function authorOf(caller: ApiCaller, said: string | undefined): string | undefined {
  return caller.name ?? (said === '' ? undefined : said);
}

function refused(status: 401 | 403, message: string): ApiAccess {
  return { allowed: false, status, message };
}
