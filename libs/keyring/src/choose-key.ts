/** How old a key must be before it signs while another can: resolvers look at their folder far more often than this. Milliseconds. */
export const MINIMUM_KEY_AGE = 60_000;

/**
 * The key to sign with: the newest that is at least `minimumAge` milliseconds old, so that the public key has reached the
 * resolvers before its first token. When all are younger it is the oldest, because waiting would leave execs unsigned.
 */
export function chooseKey<K extends { readonly kid: string; readonly createdAt: number }>(
  keys: readonly K[],
  now: number,
  minimumAge: number,
): K | undefined {
  const oldestFirst = [...keys].sort((a, b) => a.createdAt - b.createdAt || (a.kid < b.kid ? -1 : 1));
  return oldestFirst.findLast(({ createdAt }) => createdAt <= now - minimumAge) ?? oldestFirst[0];
}
