import { indentedText, respelledText } from '../audit/json-document.ts';
import { type FieldDefinition, keyedField, textField } from './catalog.ts';
import { own } from './json-path.ts';

/** A part of a JSON pointer: the key of an object, and the index if it can be one. */
interface Step {
  readonly key: string;
  readonly index: number | undefined;
}

/** Reads a JSON pointer; the slash at its beginning may be missing. The empty pointer is the whole document. */
function stepsOf(pointer: string): readonly Step[] {
  if (pointer === '' || pointer === '/') return pointer === '' ? [] : [stepOf('')];
  const parts = (pointer.startsWith('/') ? pointer.slice(1) : pointer).split('/');
  return parts.map(stepOf);
}

function stepOf(part: string): Step {
  const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
  return { key, index: /^[+-]?\d{1,15}$/.test(key) ? Number(key) : undefined };
}

/**
 * What a JSON pointer finds in a document: a text as it is, anything else as JSON. The slash at the beginning may be missing, and lists
 * take any spelling of an index. The function is made once per pointer.
 */
export function jsonPointer(pointer: string): (document: unknown) => string | undefined {
  const steps = stepsOf(pointer);
  return (document) => {
    const found = follow(document, steps);
    return found === undefined ? undefined : respelledText(found);
  };
}

function follow(document: unknown, steps: readonly Step[]): unknown {
  let found = document;
  for (const { key, index } of steps) {
    if (!Array.isArray(found)) found = own(found, key);
    else found = index === undefined || index < 0 ? undefined : (found[index] as unknown);
    if (found === undefined) return undefined;
  }
  return found;
}

function valueField(name: string): FieldDefinition {
  const about = `What a JSON pointer finds in the event, as in ${name}[/user/username]; lists, objects and null as JSON.`;
  return {
    ...keyedField(name, about, () => undefined),
    resolve: (argument = '') => {
      const read = jsonPointer(argument);
      return { read: ({ document }) => read(document) };
    },
  };
}

function fieldsOf(prefix: 'jevt' | 'json'): readonly FieldDefinition[] {
  return [
    valueField(`${prefix}.value`),
    textField(`${prefix}.obj`, 'The whole event as JSON over several lines.', ({ document }) => indentedText(document)),
    textField(`${prefix}.rawtime`, 'The time of the event in nanoseconds, as a text.', ({ time }) => time.toString()),
  ];
}

/** Any part of an event that is JSON. Both prefixes mean the same. */
export const jsonFields: readonly FieldDefinition[] = [...fieldsOf('jevt'), ...fieldsOf('json')];
