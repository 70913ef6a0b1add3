import { escapeString, unescapeString } from '@whoran/rules';
import { type Kind, differs, passed } from '../kind.ts';

/** Writes a constant as Falco prints it. */
export const escape: Kind = {
  kind: 'escape',
  run: (it) => {
    const actual = escapeString(String(it['value']));
    return actual === it['expect'] ? passed : differs('text', it['expect'], actual);
  },
};

/** Reads a constant in quotes. */
export const unescape: Kind = {
  kind: 'unescape',
  run: (it) => {
    const expected = it['expect'] as { readonly result?: string; readonly error?: string };
    const actual = unescapeString(String(it['value']));
    const same = actual.ok ? actual.value === expected.result : actual.error === expected.error;
    return same ? passed : differs('value', expected, actual);
  },
};
