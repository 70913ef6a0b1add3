import { readFileSync, readdirSync } from 'node:fs';

/** What the kernel says of a process. */
export interface ProcStats {
  /** Resident memory, MiB. */
  readonly memory: number;
  /** Open files, sockets included. */
  readonly handles: number;
  readonly threads: number;
}

/** Reads /proc; nothing when the process is gone. */
export function procStats(pid: number): ProcStats | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const number = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
    return { memory: number('VmRSS') / 1024, handles: readdirSync(`/proc/${pid}/fd`).length, threads: number('Threads') };
  } catch {
    return undefined; // it ended between two looks, which is what rows are about
  }
}
