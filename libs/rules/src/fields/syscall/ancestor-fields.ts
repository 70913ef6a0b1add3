import type { FieldType, FieldValue, Scalar } from '../../values.ts';
import { type FieldDefinition, spelled, textField } from '../catalog.ts';
import type { RuleEvent } from '../field.ts';
import { sent, sentText, valueOf } from './sent-value.ts';

/** How many ancestors are looked for. */
const MAX_ANCESTORS = 64;

interface AncestorField {
  readonly name: string;
  readonly type: FieldType;
  readonly about: string;
  /**
   * How the text for all ancestors is to be understood: `words` are one for each ancestor, joined with blanks; a `text` cannot be
   * taken apart; `own` is of the process itself and says nothing.
   */
  readonly whole: 'words' | 'text' | 'own';
}

const ANCESTORS: readonly AncestorField[] = [
  {
    name: 'proc.aname',
    type: 'CHARBUF',
    whole: 'words',
    about: 'The name of any ancestor; with an index of one of them, 1 is the parent.',
  },
  { name: 'proc.aexe', type: 'CHARBUF', whole: 'words', about: 'proc.exe of any ancestor, or of one of them.' },
  { name: 'proc.aexepath', type: 'CHARBUF', whole: 'words', about: 'The full path of any ancestor, or of one of them.' },
  { name: 'proc.acmdline', type: 'CHARBUF', whole: 'text', about: 'Name and arguments of any ancestor, or of one of them.' },
  { name: 'proc.apid', type: 'INT64', whole: 'own', about: 'The process id of any ancestor, or of one of them.' },
];

function ancestorsOf({ name, type, whole }: AncestorField): (event: RuleEvent) => FieldValue {
  const keys = Array.from({ length: MAX_ANCESTORS }, (_, index) => spelled(name, String(index + 1)));
  return (event) => {
    const known = indexed(event, keys, type);
    const text = whole === 'own' ? undefined : sentText(event, name);
    if (text === undefined) return known.length === 0 ? undefined : known;
    if (whole === 'text') return known.length === 0 ? [text] : known;
    return wordsOf(text, known);
  };
}

function indexed(event: RuleEvent, keys: readonly string[], type: FieldType): readonly Scalar[] {
  const found: Scalar[] = [];
  for (const key of keys) {
    const value = valueOf(type, sent(event, key));
    if (value === undefined || Array.isArray(value)) return found;
    found.push(value as Scalar);
  }
  return found;
}

/** Names may have blanks in them: those that are known are taken off the beginning first. */
function wordsOf(text: string, known: readonly Scalar[]): readonly Scalar[] {
  let rest = text;
  const names: Scalar[] = [];
  for (const name of known) {
    if (typeof name !== 'string' || !`${rest} `.startsWith(`${name} `)) break;
    names.push(name);
    rest = rest.slice(name.length + 1);
  }
  return rest === '' ? names : [...names, ...rest.split(' ')];
}

/** Fields that stand for all ancestors of a process, unless an index picks one. */
export const ancestorFields: readonly FieldDefinition[] = ANCESTORS.map((field) => {
  const { name, type, about } = field;
  const ofAny = ancestorsOf(field);
  return {
    ...textField(name, about, () => undefined),
    type,
    argument: 'index',
    resolve: (index) => {
      const key = spelled(name, index);
      const json = (event: RuleEvent): unknown => sent(event, key) ?? null;
      return index === undefined ? { several: 'any', read: ofAny, json } : { read: (event) => valueOf(type, sent(event, key)), json };
    },
  };
});
