import type { IpAddress } from '../../values.ts';

/** An address as inet_ntop prints it: the longest run of at least two groups of zeros in IPv6 becomes `::`. */
export function printAddress({ family, value }: IpAddress): string {
  if (family === 4) return parts(value, 4, 8n).join('.');
  const groups = parts(value, 8, 16n)
    .map((group) => group.toString(16))
    .join(':');
  const runs = [...groups.matchAll(/\b0(?::0)+\b/g)].map(([run]) => run);
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), '');
  if (longest === '') return groups;
  const at = groups.search(new RegExp(`(?<![^:])${longest}(?![^:])`));
  const [before, after] = [groups.slice(0, at), groups.slice(at + longest.length)];
  return `${before === '' ? ':' : before}${after === '' ? ':' : after}`;
}

function parts(value: bigint, count: number, bits: bigint): readonly bigint[] {
  return Array.from({ length: count }, (_, index) => (value >> (BigInt(count - 1 - index) * bits)) & ((1n << bits) - 1n));
}
