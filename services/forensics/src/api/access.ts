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
}

/** What decides about access. */
export interface AccessRules {
  readonly listensOn: string;
  /** Empty when there is none. */
  readonly token: string;
}

/** May pass, or why not. */
export type Access = { readonly allowed: true } | { readonly allowed: false; readonly status: 401 | 403; readonly message: string };

const ALLOWED: Access = { allowed: true };

/**
 * Decides whether a caller may read. The token opens always. Without it only a service that listens on this machine alone
 * answers, and only callers on this machine: when it listens wider, a loopback caller may be somebody's port-forward.
 * The Host header must name this machine, else a web page could rebind its own name to it and read everything.
 */
export function decideAccess(caller: Caller, rules: AccessRules): Access {
  const given = /^Bearer +(\S{1,4096})$/i.exec(caller.authorization ?? '')?.[1];
  if (given !== undefined && rules.token !== '') {
    return isSameSecret(given, rules.token) ? ALLOWED : { allowed: false, status: 401, message: 'the bearer token is wrong' };
  }
  if (!isLoopback(rules.listensOn) || !isLoopback(caller.remoteAddress ?? '') || caller.forwarded) {
    return { allowed: false, status: 401, message: 'a bearer token is needed: send Authorization: Bearer <WHORAN_FORENSICS_TOKEN>' };
  }
  if (!isLoopback(hostName(caller.host ?? ''))) {
    return { allowed: false, status: 403, message: 'the Host header must name this machine, such as localhost or 127.0.0.1' };
  }
  return ALLOWED;
}

/** Whether an address or name means this machine. */
export function isLoopback(address: string): boolean {
  const plain = address.toLowerCase().replace(/^::ffff:/, '');
  if (plain === 'localhost' || plain === '::1') return true;
  return isIP(plain) === 4 && plain.startsWith('127.');
}

function hostName(host: string): string {
  return /^\[([0-9a-f:.]+)\](?::\d{1,5})?$/i.exec(host)?.[1] ?? host.replace(/:\d{1,5}$/, '');
}

function isSameSecret(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
