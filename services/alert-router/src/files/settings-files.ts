import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Result, err, messageOf, ok } from '@whoran/kernel';

/** Settings, keys and tokens are small; a larger file is the wrong one. */
const LARGEST_FILE = 1 << 20;
const MOST_FILES = 1000;

/** Reads the files that settings are made of, and tells when one of them has changed since it was read. */
export class SettingsFiles {
  private readonly seen = new Map<string, { readonly before: string; readonly look: () => string }>();

  /** The text of a file without white space around it; the error says why there is none. */
  read(path: string): Result<string, string> {
    const text = this.note(`text ${path}`, () => readSmallFile(path, LARGEST_FILE));
    return text.ok ? ok(text.value.trim()) : text;
  }

  /** The text of a file as it stands, of at most so many bytes; the error says why there is none. */
  readWhole(path: string, limit: number): Result<string, string> {
    return this.note(`text ${path}`, () => readSmallFile(path, limit));
  }

  /** The paths of the files in a folder, sorted; or the path itself, if it is a file. The error says why there are none. */
  list(path: string): Result<readonly string[], string> {
    return this.note(`list ${path}`, () => listFolder(path));
  }

  /** Whether a file that was read would be read differently now. Contents are compared: mounted files change by renaming links. */
  changed(): boolean {
    return [...this.seen.values()].some(({ before, look }) => look() !== before);
  }

  private note<T>(key: string, read: () => Result<T, string>): Result<T, string> {
    const result = read();
    this.seen.set(key, { before: fingerprint(result), look: () => fingerprint(read()) });
    return result;
  }
}

function readSmallFile(path: string, limit: number): Result<string, string> {
  try {
    const status = statSync(path);
    // A pipe or a device could block or never end.
    if (!status.isFile()) return err('names something that is not a file');
    if (status.size > limit) return err(`names a file over ${limit} bytes`);
    return ok(readFileSync(path, 'utf8'));
  } catch (error) {
    return err(`names a file that cannot be read: ${messageOf(error)}`);
  }
}

function listFolder(path: string): Result<readonly string[], string> {
  try {
    if (!statSync(path).isDirectory()) return ok([path]);
    // Files of a mounted ConfigMap are links, and lie a second time in a folder beside them.
    const files = readdirSync(path)
      .map((name) => join(path, name))
      .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() ?? false)
      .toSorted();
    return files.length > MOST_FILES ? err(`names a folder of more than ${MOST_FILES} files`) : ok(files);
  } catch (error) {
    return err(`names a file or folder that cannot be read: ${messageOf(error)}`);
  }
}

function fingerprint(result: Result<unknown, string>): string {
  return result.ok ? `ok ${Array.isArray(result.value) ? result.value.join('\0') : String(result.value)}` : `error ${result.error}`;
}
