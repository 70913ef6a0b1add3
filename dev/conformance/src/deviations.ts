import { Unusable } from '@whoran/command';
import { messageOf } from '@whoran/kernel';
import { RE2JS } from 're2js';
import { parse } from 'yaml';
import { matchesGlob } from './glob.ts';
import type { Case } from './kind.ts';

/** Cases in which the project differs from Falco on purpose. */
export interface Deviation {
  /** The name of a case, or a glob with `*`. */
  readonly name: string;
  /** The case's file, or a glob; any file if it is not given. */
  readonly file?: string;
  /** Only cases whose filter (or paths, with a comma between them) has a match of this expression. */
  readonly condition?: RE2JS;
  readonly reason: string;
}

/** The list of deviations cannot be used. */
export class DeviationsUnusable extends Unusable {}

const KEYS: ReadonlySet<string> = new Set(['name', 'file', 'condition', 'reason']);

/** Reads deviations.yaml: a list of entries with name, reason and perhaps file and condition. Throws DeviationsUnusable. */
export function readDeviations(text: string): readonly Deviation[] {
  const entries: unknown = parse(text) ?? [];
  if (!Array.isArray(entries)) throw new DeviationsUnusable('the deviations are not a list');
  return entries.map((entry: unknown, index) => {
    try {
      return readEntry(entry);
    } catch (error) {
      throw new DeviationsUnusable(`deviation ${index + 1}: ${messageOf(error)}`);
    }
  });
}

/** The first deviation that speaks of the case. */
export function deviationOf(it: Case, file: string, deviations: readonly Deviation[]): Deviation | undefined {
  return deviations.find(
    (deviation) =>
      matchesGlob(deviation.name, it.name) &&
      matchesGlob(deviation.file ?? '*', file) &&
      matchesFilter(deviation.condition, it['filter'] ?? it['paths']),
  );
}

function matchesFilter(condition: RE2JS | undefined, filter: unknown): boolean {
  const text = Array.isArray(filter) ? filter.join(', ') : filter;
  return condition === undefined || (typeof text === 'string' && condition.matcher(text).find());
}

function readEntry(entry: unknown): Deviation {
  if (typeof entry !== 'object' || entry === null) throw new Error('it is not an entry with name and reason');
  const fields = new Map<string, unknown>(Object.entries(entry));
  const unknown = [...fields.keys()].find((key) => !KEYS.has(key));
  if (unknown !== undefined) throw new Error(`the key ${unknown} is not known`);
  const text = (key: string): string | undefined => {
    const value = fields.get(key);
    if (value !== undefined && (typeof value !== 'string' || value.trim() === '')) throw new Error(`${key} is not a text`);
    return value;
  };
  const [name, file, condition, reason] = [text('name'), text('file'), text('condition'), text('reason')];
  if (name === undefined || reason === undefined) throw new Error('name or reason is missing');
  return {
    name,
    reason,
    ...(file === undefined ? {} : { file }),
    ...(condition === undefined ? {} : { condition: RE2JS.compile(condition) }),
  };
}
