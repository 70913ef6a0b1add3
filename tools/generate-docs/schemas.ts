import { topics } from '@whoran/contracts';

/** docs/schemas/<topic>.json: the JSON Schema of the events of each topic. Integers have all their digits in JSON. */
export function schemaFiles(): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const topic of Object.values(topics)) {
    const head = { $schema: 'https://json-schema.org/draft/2020-12/schema', title: topic.name };
    const plain: unknown = JSON.parse(JSON.stringify(topic.schema));
    files.set(`${topic.name}.json`, `${JSON.stringify({ ...head, ...(withIntegers(plain) as object) }, null, 2)}\n`);
  }
  return files;
}

/** bigint is a type of our memory; in JSON it is an integer. */
function withIntegers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withIntegers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, key === 'type' && inner === 'bigint' ? 'integer' : withIntegers(inner)]),
  );
}
