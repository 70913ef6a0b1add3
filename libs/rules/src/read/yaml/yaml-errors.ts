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
      return { message: 'illegal map value', index: colonFrom(text, start) };
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
  if (error.message.startsWith('Flow sequence')) return { message: 'end of sequence flow not found', index: afterLine(text, error.pos[0]) };
  if (error.message.startsWith('Flow map')) return { message: 'end of map flow not found', index: afterLine(text, error.pos[0]) };
  return { message: 'end of sequence not found', index: error.pos[0] };
}

function missing(error: YAMLParseError, text: string): Placed {
  if (error.message.startsWith('Missing closing')) return { message: 'illegal EOF in scalar', index: text.length };
  if (error.message.includes('Sequence item')) return { message: 'end of sequence not found', index: error.pos[0] };
  return { message: 'end of map not found', index: error.pos[0] };
}

function unexpected(error: YAMLParseError): string {
  if (error.message.startsWith('Unexpected flow-seq-end')) return 'illegal flow end';
  if (error.message.startsWith('Unexpected flow-map-end')) return 'illegal flow end';
  return 'end of map not found';
}

/** The first tab that indents a line at or before the error, if the error is on that line. */
function tabInIndent(text: string, index: number): number | undefined {
  const begin = text.lastIndexOf('\n', index - 1) + 1;
  const indent = /^ *\t/.exec(text.slice(begin, index + 1));
  return indent === null ? undefined : begin + indent[0].length - 1;
}

function colonFrom(text: string, index: number): number {
  const colon = /:(?=[ \t\r\n]|$)/g;
  colon.lastIndex = index;
  return colon.exec(text)?.index ?? index;
}

function afterLine(text: string, index: number): number {
  const end = text.indexOf('\n', index);
  return end < 0 ? text.length : end + 1;
}
