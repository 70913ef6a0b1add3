import { closeSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import { ConfigInvalid } from '@whoran/kernel';

/** Says that a folder is in use by this process. */
export interface FolderLock {
  release(): void;
}

const held = new Set<string>();

/**
 * Takes a folder for this process: two embedded databases on one folder would destroy it. The lock of a process that was
 * killed is taken over. Throws ConfigInvalid when a living process has it.
 */
export function lockFolder(folder: string): FolderLock {
  const path = `${folder}.lock`;
  const take = () => {
    const file = openSync(path, 'wx', 0o600);
    writeSync(file, `${process.pid}\n`);
    closeSync(file);
  };
  try {
    take();
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    const owner = Number(readFileSync(path, 'utf8'));
    if (held.has(path) || (owner !== process.pid && isAlive(owner))) {
      throw new ConfigInvalid(`WHORAN_FORENSICS_DATA_DIR: ${folder} is in use by process ${owner}; stop it or choose another folder`);
    }
    unlinkSync(path);
    take();
  }
  held.add(path);
  return {
    release() {
      if (held.delete(path)) unlinkSync(path);
    },
  };
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
