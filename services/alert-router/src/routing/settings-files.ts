import { readFileSync, statSync } from 'node:fs';
import { type Result, err, messageOf, ok } from '@whoran/kernel';

/** Settings, keys and tokens are small; a larger file is the wrong one. */
const LARGEST_FILE = 1 << 20;

/** Reads the files that settings are made of, and tells when one of them has changed since it was read. */
export class SettingsFiles {
  private readonly seen = new Map<string, string>();

  /** The text of a file without white space around it; the error says why there is none. */
  read(path: string): Result<string, string> {
    const text = readSmallFile(path);
    this.seen.set(path, fingerprint(text));
    return text;
  }

  /** Whether a file that was read would be read differently now. Contents are compared: mounted files change by renaming links. */
  changed(): boolean {
    return [...this.seen].some(([path, before]) => fingerprint(readSmallFile(path)) !== before);
  }
}

function readSmallFile(path: string): Result<string, string> {
  try {
    const status = statSync(path);
    // A pipe or a device could block or never end.
    if (!status.isFile()) return err('names something that is not a file');
    if (status.size > LARGEST_FILE) return err(`names a file over ${LARGEST_FILE} bytes`);
    return ok(readFileSync(path, 'utf8').trim());
  } catch (error) {
    return err(`names a file that cannot be read: ${messageOf(error)}`);
  }
}

function fingerprint(text: Result<string, string>): string {
  return text.ok ? `text ${text.value}` : `error ${text.error}`;
}
