/** About how many characters a value has as JSON. */
export function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length + 2;
  if (Array.isArray(value)) return value.reduce((size: number, each) => size + sizeOf(each) + 1, 2);
  if (typeof value !== 'object' || value === null) return 8;
  return Object.entries(value).reduce((size, [name, each]) => size + name.length + sizeOf(each) + 4, 2);
}
