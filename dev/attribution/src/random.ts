/** Numbers from 0 up to 1 that look random and are the same for the same seed and purpose (mulberry32). */
export function randomOf(seed: number, purpose: string): () => number {
  let state = seed >>> 0;
  for (let at = 0; at < purpose.length; at += 1) state = Math.imul(state ^ purpose.charCodeAt(at), 0x01000193) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 4_294_967_296;
  };
}
