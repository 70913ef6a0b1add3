import type { Mark } from './mark.ts';

/** A node of a rule file. Scalars keep their text: what it means depends on who reads it. */
export type YamlNode = YamlScalar | YamlNull | YamlSequence | YamlMap;

/** A scalar that is not null; numbers and booleans are text as well. */
export interface YamlScalar {
  readonly type: 'scalar';
  readonly text: string;
  readonly mark: Mark;
}
/** Nothing after a colon or a dash, or one of `~`, `null`, `Null`, `NULL` without quotes. */
export interface YamlNull {
  readonly type: 'null';
  readonly mark: Mark;
}
/** Nodes one after another; the same node may stand in several places because of aliases. */
export interface YamlSequence {
  readonly type: 'sequence';
  readonly items: readonly YamlNode[];
  readonly mark: Mark;
}
/** Pairs in the order of the file; a key may come twice. */
export interface YamlMap {
  readonly type: 'map';
  readonly entries: readonly YamlEntry[];
  readonly mark: Mark;
}
/** One pair of a map. */
export interface YamlEntry {
  readonly key: YamlNode;
  readonly value: YamlNode;
}

/** The value of the first entry with that key. */
export function valueOf(map: YamlMap, key: string): YamlNode | undefined {
  return map.entries.find((entry) => entry.key.type === 'scalar' && entry.key.text === key)?.value;
}
