import { readFileSync, statSync } from 'node:fs';
import { type Result, err, isRecord, messageOf, ok } from '@whoran/kernel';
import { parseAllDocuments } from 'yaml';

/** The longest of Falco's own rule files has 300 kB. */
const MAX_FILE = 8 << 20;

/** A mapping of YAML, whatever is in it. */
export type YamlMap = Readonly<Record<string, unknown>>;

/** The documents of a YAML file, or one line on why it cannot be used. */
export function readYamlFile(path: string): Result<readonly unknown[], string> {
  try {
    if (statSync(path).size > MAX_FILE) return err(`${path} is larger than 8 MiB`);
    const read = parseYaml(readFileSync(path, 'utf8'));
    return read.ok ? read : err(`${path}: ${read.error}`);
  } catch (error) {
    return err(messageOf(error));
  }
}

/** The documents of a YAML text. */
export function parseYaml(text: string): Result<readonly unknown[], string> {
  try {
    const documents = parseAllDocuments(text);
    if (!Array.isArray(documents)) return ok([]);
    const [problem] = documents.flatMap(({ errors }) => errors);
    return problem
      ? err(problem.message.split('\n')[0] ?? 'is not YAML')
      : ok(documents.map((document) => document.toJS({ maxAliasCount: 100 }) as unknown));
  } catch (error) {
    return err(messageOf(error)); // too many aliases: a file that explodes when it is read
  }
}

/** The value as a mapping; an empty one if it is something else. */
export function mapOf(value: unknown): YamlMap {
  return isRecord(value) ? value : {};
}

/** The value as a list; a single value is a list of one, nothing an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** The texts of a list; everything else in it is left out. */
export function textsOf(value: unknown): readonly string[] {
  return listOf(value).filter((item) => typeof item === 'string');
}
