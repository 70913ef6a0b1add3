/** Rows as JSON that PostgreSQL takes: it has neither NUL nor half surrogate pairs in texts. */
export function encodeRows(rows: readonly object[]): string {
  const text = JSON.stringify(rows, (_field, value: unknown) => encodable(value));
  // What is left of them is in names of fields, which nearly no row has: only then is each name looked at.
  const isClean = !/\\u(?:0000|d[89a-f])/.test(text);
  return isClean ? text : JSON.stringify(rows, (_field, value: unknown) => withStorableNames(encodable(value)));
}

function encodable(value: unknown): unknown {
  if (typeof value === 'string') return storable(value);
  return typeof value === 'bigint' ? value.toString() : value;
}

function withStorableNames(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, content]) => [storable(name), content]));
}

/** A text as the database can hold it: what it cannot becomes U+FFFD. */
export function storable(text: string): string {
  return text.replaceAll('\0', '\uFFFD').toWellFormed();
}
