import { Composer, Lexer, Parser, type YAMLParseError, isAlias, isMap, isScalar, isSeq, type CST, type Document, type Node } from 'yaml';
import { type Result, err, ok } from '@whoran/kernel';
import { MAX_YAML_DEPTH, MAX_YAML_LEXEMES } from '../limits.ts';
import { type MarkOf, indexMarks } from './mark.ts';
import { type YamlError, yamlErrorOf } from './yaml-errors.ts';
import type { YamlEntry, YamlNode } from './yaml-node.ts';

/**
 * The documents of a YAML text as Falco's reader sees them: every scalar is text, of equal keys all are kept, `<<` is a key like any
 * other. Errors are in the words of Falco's reader.
 */
export function readYaml(text: string): Result<readonly YamlNode[], YamlError> {
  const markOf = indexMarks(text);
  const whole = readDocuments(text, markOf);
  if (whole.ok) return whole;
  const { strayLine, ...error } = whole.error;
  if (strayLine === undefined) return err(error);
  // Falco's reader takes a line at the left edge that continues nothing for the next document.
  const head = readDocuments(text.slice(0, strayLine), markOf);
  const tail = readDocuments(text.slice(0, strayLine).replaceAll(/[^\n]/g, ' ') + text.slice(strayLine), markOf);
  return head.ok && tail.ok ? ok([...head.value, ...tail.value]) : err(error);
}

/** An error, and where the line begins that should not be there, if that is all that is wrong. */
interface DocumentsError extends YamlError {
  readonly strayLine?: number;
}

function readDocuments(text: string, markOf: MarkOf): Result<readonly YamlNode[], DocumentsError> {
  const tokens = tokensOf(text, markOf);
  if (!tokens.ok) return tokens;
  const composer = new Composer({ schema: 'failsafe', uniqueKeys: false, strict: false, logLevel: 'silent' });
  const roots: YamlNode[] = [];
  for (const document of composer.compose(tokens.value, false, text.length)) {
    const [error] = document.errors;
    if (error !== undefined) return err({ ...yamlErrorOf(error, text, markOf), ...strayLineOf(error, text) });
    const root = nodesOf(document, text, markOf);
    if (!root.ok) return root;
    roots.push(root.value);
  }
  return ok(roots);
}

function strayLineOf({ code, message, pos: [start] }: YAMLParseError, text: string): { readonly strayLine?: number } {
  const isStray = code === 'UNEXPECTED_TOKEN' && message.startsWith('Unexpected scalar at node end') && text.charAt(start - 1) === '\n';
  return isStray && !/[ \t]/.test(text.charAt(start)) ? { strayLine: start } : {};
}

/** Stops while reading when nodes nest too deep: what composes the nodes is recursive. */
function tokensOf(text: string, markOf: MarkOf): Result<readonly CST.Token[], YamlError> {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let lexemes = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (++lexemes > MAX_YAML_LEXEMES) {
      return err({ message: `the file has more than ${MAX_YAML_LEXEMES} words and signs`, mark: markOf(parser.offset) });
    }
    for (const token of parser.next(lexeme)) tokens.push(token);
    // The document itself is on the stack, and a block map in a block sequence counts for both.
    if (parser.stack.length > MAX_YAML_DEPTH * 2) {
      return err({ message: `nodes nest deeper than ${MAX_YAML_DEPTH} levels`, mark: markOf(parser.offset) });
    }
  }
  for (const token of parser.end()) tokens.push(token);
  return ok(tokens);
}

interface Walk {
  readonly text: string;
  readonly markOf: MarkOf;
  readonly anchors: Map<string, YamlNode>;
}

function nodesOf(document: Document.Parsed, text: string, markOf: MarkOf): Result<YamlNode, YamlError> {
  const walk: Walk = { text, markOf, anchors: new Map() };
  return convert(walk, document.contents, document.range[1]);
}

/** `fallback` is where a node begins that is not there at all. */
function convert(walk: Walk, node: Node | null, fallback: number): Result<YamlNode, YamlError> {
  const mark = walk.markOf(nextToken(walk.text, node?.range?.[0] ?? fallback));
  if (isAlias(node)) {
    const target = walk.anchors.get(node.source);
    return target === undefined ? err({ message: `the referenced anchor is not defined: ${node.source}`, mark }) : ok(target);
  }
  const converted = convertContent(walk, node, fallback);
  if (!converted.ok || node === null) return converted;
  const { anchor, tag }: Properties = node;
  if (anchor === undefined && tag === undefined) return converted;
  const marked = { ...converted.value, mark: walk.markOf(beforeProperties(walk.text, node.range?.[0] ?? fallback)) };
  if (anchor !== undefined) walk.anchors.set(anchor, marked);
  return ok(marked);
}

/** What may stand before a node. */
interface Properties {
  readonly anchor?: string | undefined;
  readonly tag?: string | undefined;
}

/** A node with an anchor or a tag begins at these. */
function beforeProperties(text: string, start: number): number {
  const properties = /(?:[&!][^ \t\r\n]*[ \t\r\n]+)+$/.exec(text.slice(Math.max(0, start - 256), start));
  return start - (properties?.[0].length ?? 0);
}

function convertContent(walk: Walk, node: Node | null, fallback: number): Result<YamlNode, YamlError> {
  const start = node?.range?.[0] ?? fallback;
  if (isSeq(node)) {
    const items: YamlNode[] = [];
    for (const item of node.items) {
      const converted = convert(walk, item as Node | null, start);
      if (!converted.ok) return converted;
      items.push(converted.value);
    }
    return ok({ type: 'sequence', items, mark: walk.markOf(start) });
  }
  if (isMap(node)) {
    const entries: YamlEntry[] = [];
    for (const pair of node.items) {
      const key = convert(walk, pair.key as Node | null, start);
      if (!key.ok) return key;
      const value = convert(walk, pair.value as Node | null, afterKey(pair.key as Node | null, start));
      if (!value.ok) return value;
      entries.push({ key: key.value, value: value.value });
    }
    return ok({ type: 'map', entries, mark: walk.markOf(start) });
  }
  if (isScalar(node) && !isNull(node)) return ok({ type: 'scalar', text: textOf(node.value), mark: walk.markOf(start) });
  return ok({ type: 'null', mark: walk.markOf(nextToken(walk.text, start)) });
}

function afterKey(key: Node | null, fallback: number): number {
  return key?.range?.[1] ?? fallback;
}

const NULLS: ReadonlySet<unknown> = new Set([null, '', '~', 'null', 'Null', 'NULL']);

function isNull(node: { readonly type?: string; readonly value?: unknown; readonly tag?: string }): boolean {
  return (node.type === undefined || node.type === 'PLAIN') && NULLS.has(node.value) && node.tag !== 'tag:yaml.org,2002:str';
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A node that is not there stands where the next one begins: blanks, line ends and comments are passed over. */
function nextToken(text: string, from: number): number {
  const gap = /(?:[ \t\r\n]+|#[^\n]*)*/y;
  gap.lastIndex = from;
  gap.exec(text);
  return gap.lastIndex;
}
