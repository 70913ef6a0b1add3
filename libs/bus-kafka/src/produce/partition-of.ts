const SEED = 0x9747b28c;
const M = 0x5bd1e995;

/**
 * The partition that a key belongs to: that of the Java clients (murmur2), so that other programs find the same. kafkajs
 * computes the same with big integers, which takes longer than all the rest of sending a message.
 */
export function partitionOf(key: Uint8Array, partitions: number): number {
  return (murmur2(key) & 0x7fffffff) % partitions;
}

function murmur2(bytes: Uint8Array): number {
  const { length } = bytes;
  const at = (index: number) => bytes[index] ?? 0;
  let hash = SEED ^ length;
  const whole = length & ~3;
  for (let i = 0; i < whole; i += 4) {
    let word = at(i) | (at(i + 1) << 8) | (at(i + 2) << 16) | (at(i + 3) << 24);
    word = Math.imul(word, M);
    word ^= word >>> 24;
    hash = Math.imul(hash, M) ^ Math.imul(word, M);
  }
  if (length > whole) {
    for (let i = length - 1; i >= whole; i -= 1) hash ^= at(i) << (8 * (i - whole));
    hash = Math.imul(hash, M);
  }
  hash = Math.imul(hash ^ (hash >>> 13), M);
  return hash ^ (hash >>> 15);
}
