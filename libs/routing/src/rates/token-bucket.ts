import type { Millis } from '@whoran/kernel';

/** How many notifications a receiver takes: `limit` at once, and `limit` per `per` in the long run. */
export interface RateLimit {
  readonly limit: number;
  readonly per: Millis;
}

/** What is left of a rate: plain JSON. */
export interface TokenBucket {
  readonly tokens: number;
  readonly at: Millis;
}

/** Takes a token if there is one. A bucket that is not known is full. */
export function takeToken(
  bucket: TokenBucket | undefined,
  { limit, per }: RateLimit,
  now: Millis,
): { readonly bucket: TokenBucket; readonly taken: boolean } {
  // A clock that went back must not take tokens away.
  const elapsed = Math.max(0, now - (bucket?.at ?? now));
  const tokens = Math.min(limit, (bucket?.tokens ?? limit) + (elapsed * limit) / per);
  const taken = tokens >= 1;
  return { bucket: { tokens: taken ? tokens - 1 : tokens, at: Math.max(now, bucket?.at ?? now) }, taken };
}
