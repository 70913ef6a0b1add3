import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ConfigInvalid } from '@whoran/kernel';

/**
 * Keeps every other process, and every other spool of this one, out of a folder until the answer is called or the process ends,
 * however it ends. Node.js has no file locks of its own; SQLite has, and the kernel releases them.
 */
export function lockFolder(folder: string): () => void {
  let database: DatabaseSync | undefined;
  try {
    const locked = new DatabaseSync(join(folder, 'lock'));
    database = locked;
    locked.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return () => locked.close();
  } catch (error) {
    database?.close();
    throw new ConfigInvalid(`the spool folder ${folder} is used by another process, or cannot be locked: give every process its own`, {
      cause: error,
    });
  }
}
