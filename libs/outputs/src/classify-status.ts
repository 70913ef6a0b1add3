import type { Millis } from '@whoran/kernel';
import type { Outcome } from './output.ts';

/** Answers that say "not now": a request too slow, too early or too often. Every 5xx is one as well. */
const RETRIABLE = new Set([408, 425, 429]);

/**
 * What an HTTP status means for a notification, once for all outputs: 2xx delivered; 408, 425, 429 and 5xx try again;
 * anything else refused, redirects included, because an alert goes only where the operator said.
 */
export function classifyStatus(status: number, retryAfter?: Millis): Outcome {
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  const error = `answered ${status}`;
  if (RETRIABLE.has(status) || status >= 500) return { kind: 'retry', error, ...(retryAfter === undefined ? {} : { retryAfter }) };
  if (status >= 300 && status < 400)
    return { kind: 'refused', error: `${error}, a redirect, which is not followed: set the final address` };
  return { kind: 'refused', error };
}

/** Reads a Retry-After header: seconds or an HTTP date, as milliseconds from now; nothing if it is neither. */
export function parseRetryAfter(header: string | readonly string[] | undefined, now: Millis): Millis | undefined {
  const text = typeof header === 'string' ? header.trim() : undefined;
  if (text === undefined || text === '') return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const date = /^[A-Za-z]{3}, /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
