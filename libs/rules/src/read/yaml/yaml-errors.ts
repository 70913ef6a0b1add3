import type { YAMLParseError } from 'yaml';
import type { Mark, MarkOf } from './mark.ts';

/** Why a text is not YAML, and where. */
export interface YamlError {
  readonly message: string;
  readonly mark: Mark;
}

/** The error in the words of Falco's reader (yaml-cpp) where it has the same one, with its place. */
export function yamlErrorOf(error: YAMLParseError, text: string, markOf: MarkOf): YamlError {
  const { message, index } = translate(error, text);
  return { message, mark: markOf(index) };
}

/** As yaml-cpp prints an error: lines and columns from 1. */
export function printYamlError(error: YamlError): string {
  return `yaml-cpp: error at line ${error.mark.line + 1}, column ${error.mark.column + 1}: ${error.message}`;
}

interface Placed {
  readonly message: string;
  readonly index: number;
}

function translate(error: YAMLParseError, text: string): Placed {
  const [start] = error.pos;
  const tab = tabInIndent(text, start);
  if (tab !== undefined) return { message: 'illegal tab when looking for indentation', index: tab };
  switch (error.code) {
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'MULTILINE_IMPLICIT_KEY':
      return notAKey(text, start);
    case 'BAD_INDENT':
      return badIndent(error, text);
    case 'MISSING_CHAR':
      return missing(error, text);
    case 'BAD_SCALAR_START':
      return { message: 'unknown token', index: start };
    case 'BAD_DQ_ESCAPE':
      return { message: `unknown escape character: ${text.charAt(start + 1)}`, index: start + 1 };
    default:
      return { message: unexpected(error), index: start };
  }
}

function badIndent(error: YAMLParseError, text: string): Placed {
  const [start] = error.pos;
  if (error.message.startsWith('Flow sequence')) return unclosed(text, start, 'end of sequence flow not found');
  if (error.message.startsWith('Flow map')) return unclosed(text, start, 'end of map flow not found');
  return { message: 'end of sequence not found', index: wordFrom(text, start) };
}

/** A text over several lines before a colon: it is a value that goes on too deep, or a line with nothing behind its key. */
function notAKey(text: string, start: number): Placed {
  const colon = colonFrom(text, start);
  const isFirst = /^[ -]*$/.test(text.slice(lineOf(text, start), start));
  return isFirst && lineOf(text, colon) > lineOf(text, start)
    ? { message: 'end of map not found', index: start }
    : { message: 'illegal map value', index: colon };
}

function lineOf(text: string, index: number): number {
  return text.lastIndexOf('\n', index - 1) + 1;
}

function wordFrom(text: string, index: number): number {
  let at = index;
  while (text.charAt(at) === ' ') at++;
  return at;
}

/** What is read inside of brackets that are never closed: the next item, the next pair, or the end. */
function unclosed(text: string, index: number, message: string): Placed {
  const next = /\n[ \t]*-[ \t\r\n]|:(?=[ \t\r\n])/g;
  next.lastIndex = Math.max(0, lineOf(text, index) - 1);
  const found = next.exec(text);
  if (found === null) return { message, index: text.length };
  if (found[0] === ':') return { message, index: found.index };
  return { message: 'illegal block entry', index: found.index + found[0].indexOf('-') };
}

function missing(error: YAMLParseError, text: string): Placed {
  if (error.message.startsWith('Missing closing')) return { message: 'illegal EOF in scalar', index: text.length };
  if (error.message.includes('Sequence item')) return { message: 'end of sequence not found', index: wordFrom(text, error.pos[0]) };
  return { message: 'end of map not found', index: error.pos[0] };
}

function unexpected(error: YAMLParseError): string {
  if (error.message.startsWith('Unexpected flow-seq-end')) return 'illegal flow end';
  if (error.message.startsWith('Unexpected flow-map-end')) return 'illegal flow end';
  if (error.message.startsWith('Unexpected block-seq-ind')) return 'illegal block entry';
  return 'end of map not found';
}

/** The first tab that indents a line at or before the error, if the error is on that line. */
function tabInIndent(text: string, index: number): number | undefined {
  const begin = lineOf(text, index);
  const indent = /^ *\t/.exec(text.slice(begin, index + 1));
  return indent === null ? undefined : begin + indent[0].length - 1;
}

function colonFrom(text: string, index: number): number {
  const colon = /:(?=[ \t\r\n]|$)/g;
  colon.lastIndex = index;
  return colon.exec(text)?.index ?? index;
}
