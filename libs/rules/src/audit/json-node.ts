/**
 * JSON as it was received: numbers, keys and strings keep their spelling, keys their order and their duplicates. The texts are bytes,
 * one character each (latin1), so that lengths and cuts are those of the UTF-8 that came in.
 */
export type JsonNode =
  | { readonly kind: 'object'; readonly members: readonly JsonMember[] }
  | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
  /** What stood between the quotes. */
  | { readonly kind: 'string'; readonly raw: string }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'word'; readonly text: 'true' | 'false' | 'null' };

/** One key of an object, as it stood between the quotes, and its value. */
export interface JsonMember {
  readonly key: string;
  readonly value: JsonNode;
}

/** How strings and keys are written: between quotes, given what stood between the quotes that were received. */
export type Spelling = (raw: string) => string;

/** As it was received. */
export const asReceived: Spelling = (raw) => `"${raw}"`;

/** Writes a node without blanks. */
export function writeNode(node: JsonNode, spelling: Spelling = asReceived): string {
  switch (node.kind) {
    case 'object':
      return `{${node.members.map(({ key, value }) => `${spelling(key)}:${writeNode(value, spelling)}`).join(',')}}`;
    case 'array':
      return `[${node.items.map((item) => writeNode(item, spelling)).join(',')}]`;
    case 'string':
      return spelling(node.raw);
    default:
      return node.text;
  }
}

/** Writes a node over several lines, two blanks deeper at each level. */
export function writeIndented(node: JsonNode, margin = ''): string {
  const inner = `${margin}  `;
  if (node.kind === 'object' && node.members.length > 0) {
    const lines = node.members.map(({ key, value }) => `${inner}"${key}": ${writeIndented(value, inner)}`);
    return `{\n${lines.join(',\n')}\n${margin}}`;
  }
  if (node.kind === 'array' && node.items.length > 0) {
    return `[\n${node.items.map((item) => `${inner}${writeIndented(item, inner)}`).join(',\n')}\n${margin}]`;
  }
  return writeNode(node);
}
