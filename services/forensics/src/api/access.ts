import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';

/** What is known of a caller and of how the service listens. */
export interface Caller {
  readonly remoteAddress: string | undefined;
  /** The Host header. */
  readonly host: string | undefined;
  readonly authorization: string | undefined;
  /** Whether a proxy passed the request on. */
  readonly forwarded: boolean;
  /** Whether a web page sent the request. */
  readonly fromPage: boolean;
}

/** What decides about access. */
export interface AccessRules {
  readonly listensOn: string;
  /** Empty when there is none. */
  readonly token: string;
  /** The token of those who may change things, too. Empty when there is none. */
  readonly adminToken: string;
}

/** May pass, or why not. */
export type Access = { readonly allowed: true } | { readonly allowed: false; readonly status: 401 | 403; readonly message: string };

const ALLOWED: Access = { allowed: true };

/**
 * Decides whether a caller may read. Either token opens always. Without it only a service that listens on this machine alone
 * answers, and only callers on this machine: when it listens wider, a loopback caller may be somebody's port-forward.
 * The Host header must name this machine, else a web page could rebind its own name to it and read everything.
 */
export function decideAccess(caller: Caller, rules: AccessRules): Access {
  const given = tokenOf(caller);
  if (given !== undefined && (rules.token !== '' || rules.adminToken !== '')) {
    return isSameSecret(given, rules.token) || isSameSecret(given, rules.adminToken) ? ALLOWED : refused(401, 'the bearer token is wrong');
  }
  if (!isLoopback(rules.listensOn) || !isLoopback(caller.remoteAddress ?? '') || caller.forwarded) {
    return refused(401, 'a bearer token is needed: send Authorization: Bearer <WHORAN_FORENSICS_TOKEN>');
  }
  if (!isLoopback(hostName(caller.host ?? ''))) {
    return refused(403, 'the Host header must name this machine, such as localhost or 127.0.0.1');
  }
  return ALLOWED;
}

/**
 * Decides whether a caller may replay and discard. With an admin token, only who has it. Without one, nobody when there is a
 * token for reading, since many have that; and when there is none at all, which only a service for this machine starts with,
 * whoever may read, but no web page.
 */
export function decideChange(caller: Caller, rules: AccessRules): Access {
  const given = tokenOf(caller);
  if (rules.adminToken !== '') {
    if (given === undefined) return refused(401, 'changes need a bearer token: send Authorization: Bearer <WHORAN_FORENSICS_ADMIN_TOKEN>');
    if (isSameSecret(given, rules.adminToken)) return ALLOWED;
    if (isSameSecret(given, rules.token))
      return refused(403, 'this token may read only: changes need that of WHORAN_FORENSICS_ADMIN_TOKEN');
    return refused(401, 'the bearer token is wrong');
  }
  if (rules.token !== '') return refused(403, 'changes are off: start forensics with WHORAN_FORENSICS_ADMIN_TOKEN, and send that token');
  if (caller.fromPage) return refused(403, 'changes are not taken from web pages');
  return decideAccess(caller, rules);
}

/** Whether an address or name means this machine. */
export function isLoopback(address: string): boolean {
  const plain = address.toLowerCase().replace(/^::ffff:/, '');
  if (plain === 'localhost' || plain === '::1') return true;
  return isIP(plain) === 4 && plain.startsWith('127.');
}

function tokenOf({ authorization }: Caller): string | undefined {
  return /^Bearer +(\S{1,4096})$/i.exec(authorization ?? '')?.[1];
}

function refused(status: 401 | 403, message: string): Access {
  return { allowed: false, status, message };
}

function hostName(host: string): string {
  return /^\[([0-9a-f:.]+)\](?::\d{1,5})?$/i.exec(host)?.[1] ?? host.replace(/:\d{1,5}$/, '');
}

function isSameSecret(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
