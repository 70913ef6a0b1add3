import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf } from '@whoran/kernel';
import type { RuleFile } from '@whoran/rules';
import { EXIT, Failure } from '../failure.ts';
import { readBounded } from './read-bounded.ts';

/** Stands for the rules that come with whoran. */
export const SHIPPED = 'shipped';

const SHIPPED_FOLDER = fileURLToPath(new URL('../../../deploy/rules', import.meta.url));
/** The loader refuses files over 4 MiB with a message of its own. */
const MAX_FILE = 8 << 20;
const MAX_FILES = 1000;
const ENDING = /\.ya?ml$/;

/** Rule files, in the order in which they are loaded. */
export interface GivenFiles {
  readonly files: readonly RuleFile[];
  /** The names of those that come with whoran. */
  readonly shipped: ReadonlySet<string>;
}

/**
 * Reads rule files in the order given: files by any name, of folders those that end in .yaml or .yml, sorted, `-` for stdin. Throws
 * Failure that names everything that cannot be read.
 */
export function readRuleFiles(paths: readonly string[]): GivenFiles {
  const read: Reading = { files: [], shipped: new Set(), problems: [] };
  for (const path of paths) readPath(path, read);
  const { files, shipped, problems } = read;
  if (problems.length > 0) throw new Failure(`cannot read the rule files: ${problems.join('; ')}`, { status: EXIT.usage });
  if (files.length > MAX_FILES) throw new Failure(`${files.length} rule files are more than ${MAX_FILES}`, { status: EXIT.usage });
  return { files, shipped };
}

interface Reading {
  readonly files: RuleFile[];
  readonly shipped: Set<string>;
  readonly problems: string[];
}

function readPath(path: string, { files, shipped, problems }: Reading): void {
  const isShipped = path === SHIPPED;
  try {
    for (const file of filesAt(isShipped ? SHIPPED_FOLDER : path)) {
      const name = isShipped ? `${SHIPPED}/${basename(file)}` : file;
      const text = readBounded(file, MAX_FILE);
      if (isShipped) shipped.add(name);
      if (text.ok) files.push({ name, text: text.value });
      else problems.push(`${name}: ${text.error}`);
    }
  } catch (error) {
    problems.push(`${path}: ${messageOf(error)}`);
  }
}

function filesAt(path: string): readonly string[] {
  if (path === '-' || !statSync(path).isDirectory()) return [path];
  const names = readdirSync(path).filter((name) => ENDING.test(name));
  if (names.length === 0) throw new Error('the folder has no file that ends in .yaml or .yml');
  return names.sort().map((name) => join(path, name));
}
