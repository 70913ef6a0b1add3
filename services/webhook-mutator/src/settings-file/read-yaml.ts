import { check } from '@whoran/contracts';
import { type Issue, type Result, err, messageOf, ok } from '@whoran/kernel';
import type { TSchema } from 'typebox';
import { type Document, LineCounter, isNode, parseDocument } from 'yaml';

/** Where a place in a YAML text is; the path is that of a JSON pointer, already split. */
export type Locate = (path: readonly (string | number)[]) => { readonly line: number; readonly column: number };

/** What was read, with a way to point at parts of it. */
export interface YamlValue<T> {
  readonly value: T;
  readonly locate: Locate;
}

/** A settings file is written by people: what is far larger is something else. Characters. */
const MAX_LENGTH = 1 << 20;
/** An alias may stand for much text, and aliases of aliases for very much. */
const MAX_ALIASES = 100;

/** Reads YAML of the form of a schema. Reports every problem, with its line and column. An empty file reads as `{}`. */
export function readYaml<T>(text: string, schema: TSchema): Result<YamlValue<T>, readonly Issue[]> {
  if (text.length > MAX_LENGTH) return err([{ code: 'too-long', message: `is longer than ${MAX_LENGTH} characters` }]);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0)
    return err(
      document.errors.map(({ message, linePos }) => ({
        code: 'invalid-yaml',
        message: firstLine(message),
        line: linePos?.[0].line ?? 1,
        column: linePos?.[0].col ?? 1,
      })),
    );
  const locate = locator(document, lines);
  const value = toValue(document);
  if (!value.ok) return err([{ code: 'invalid-yaml', message: value.error, line: 1, column: 1 }]);
  const checked = check<T>(schema, value.value);
  if (checked.ok) return ok({ value: checked.value, locate });
  return err(checked.error.map((issue) => ({ ...issue, ...locate(pathOf(issue.item ?? '/')) })));
}

function toValue(document: Document): Result<unknown, string> {
  try {
    return ok(document.toJS({ maxAliasCount: MAX_ALIASES }) ?? {});
  } catch (error) {
    return err(messageOf(error));
  }
}

/** Points at the node, or at the nearest one around it when the path leads to something missing. */
function locator(document: Document, lines: LineCounter): Locate {
  return (path) => {
    for (let length = path.length; length >= 0; length -= 1) {
      const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) {
        const { line, col } = lines.linePos(node.range[0]);
        return { line, column: col };
      }
    }
    return { line: 1, column: 1 };
  };
}

function pathOf(pointer: string): (string | number)[] {
  const parts = pointer.split('/').filter((part) => part !== '');
  return parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part.replaceAll('~1', '/').replaceAll('~0', '~')));
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? message;
}
