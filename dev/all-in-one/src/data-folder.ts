import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ConfigInvalid, messageOf } from '@whoran/kernel';

/** Where everything is kept that outlives the process. */
export interface DataFolder {
  readonly path: string;
  readonly keys: string;
  readonly tls: string;
  readonly database: string;
  readonly secrets: string;
  /** Gives the folder back, for the next start. */
  release(): void;
}

/**
 * Opens the data folder for this process alone: two databases in one folder would destroy each other. It is made if need be,
 * and nobody else may look into it: it holds private keys. Throws ConfigInvalid when it cannot be used.
 */
export function openDataFolder(dir: string): DataFolder {
  const path = resolve(dir);
  const lock = join(path, 'lock');
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    chmodSync(path, 0o700);
    take(lock, path);
  } catch (error) {
    if (error instanceof ConfigInvalid) throw error;
    throw new ConfigInvalid(`WHORAN_DATA_DIR: ${path} cannot be used: ${messageOf(error)}`);
  }
  return {
    path,
    keys: join(path, 'keys'),
    tls: join(path, 'tls'),
    database: join(path, 'database'),
    secrets: join(path, 'secrets'),
    release: () => rmSync(lock, { force: true }),
  };
}

function take(lock: string, path: string): void {
  const owner = Number(readIfThere(lock));
  // The own number is left over from a process that was killed: in a container every process has the same.
  if (owner > 0 && owner !== process.pid && isAlive(owner)) {
    throw new ConfigInvalid(`WHORAN_DATA_DIR: ${path} is in use by process ${owner}: end it, choose another folder, or delete ${lock} if that process is not whoran`);
  }
  writeFileSync(lock, `${process.pid}\n`, { mode: 0o600 });
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // alive, and another user's
  }
}
