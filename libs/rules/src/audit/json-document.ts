import { encodeJson } from '@whoran/contracts';
import { type Result, ok } from '@whoran/kernel';
import { bytesOf, respelled, textOfBytes, unescapeJson } from './go-text.ts';
import { type JsonNode, asReceived, writeIndented, writeNode } from './json-node.ts';
import { parseJsonNode } from './parse-json-node.ts';

/** A number whose spelling says more than its value: `1.50`, `01`, `NaN`. */
export class SpelledNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** How objects and arrays came to be; events that were not read here have no entry. */
const received = new WeakMap<object, JsonNode>();

/**
 * Reads JSON into the values that fields are read from, and remembers how objects and arrays were spelled for `textOf`. The first of
 * equal keys counts. Numbers that a number or bigint does not spell alike are SpelledNumber.
 */
export function readJsonDocument(text: string): Result<unknown, string> {
  const node = parseJsonNode(bytesOf(text));
  return node.ok ? ok(documentOf(node.value)) : node;
}

/** The values of a node, for fields to be read from. */
export function documentOf(node: JsonNode): unknown {
  switch (node.kind) {
    case 'object':
      return remembered(objectOf(node.members), node);
    case 'array':
      return remembered(node.items.map(documentOf), node);
    case 'string':
      return textOfBytes(unescapeJson(node.raw));
    case 'number':
      return numberOf(node.text);
    case 'word':
      return node.text === 'null' ? null : node.text === 'true';
  }
}

function objectOf(members: Extract<JsonNode, { readonly kind: 'object' }>['members']): object {
  const object = {};
  for (const { key, value } of members) {
    const name = textOfBytes(unescapeJson(key));
    if (Object.hasOwn(object, name)) continue;
    // Not an assignment: __proto__ is a key like any other.
    Object.defineProperty(object, name, { value: documentOf(value), enumerable: true, configurable: true, writable: true });
  }
  return object;
}

function remembered(value: object, node: JsonNode): object {
  received.set(value, node);
  return value;
}

function numberOf(text: string): number | bigint | SpelledNumber {
  const number = Number(text);
  if (String(number) === text && (Number.isSafeInteger(number) || !Number.isInteger(number)) && Number.isFinite(number)) return number;
  return /^-?[1-9]\d{15,39}$/.test(text) ? BigInt(text) : new SpelledNumber(text);
}

/** What a field says of a JSON value: a string as it is, anything else as JSON without blanks, spelled as it was received if that is known. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null) return containerText(value, false);
  return String(value);
}

/** Like `textOf`, but strings and keys inside are spelled alike however they were received. */
export function respelledText(value: unknown): string {
  return typeof value === 'object' && value !== null ? containerText(value, true) : textOf(value);
}

/** A JSON value over several lines, two blanks deeper at each level. */
export function indentedText(value: object): string {
  const node = received.get(value);
  if (node) return textOfBytes(writeIndented(node));
  // Written and read again for the big integers, which JSON.stringify does not write.
  return textOfBytes(writeIndented(nodeOf(value)));
}

function containerText(value: object, respell: boolean): string {
  if (value instanceof SpelledNumber) return value.text;
  const node = received.get(value);
  return node ? textOfBytes(writeNode(node, respell ? respelled : asReceived)) : encodeJson(value);
}

function nodeOf(value: object): JsonNode {
  const node = parseJsonNode(bytesOf(encodeJson(value)));
  return node.ok ? node.value : { kind: 'word', text: 'null' };
}
