import type { Millis, Nanos } from '@whoran/kernel';
import { AgeBook } from './age-book.ts';
import type { ContainerRecord, ProcessRecord } from './process-record.ts';

/** How far the parent's record of a fork may be from the child's start. */
const WINDOW = 2_000_000_000n;
/** How many forks to one pid of a container are remembered: pids are reused. */
const MAX_FORKS = 8;

/** A fork that a parent reported. */
export interface Fork {
  readonly at: Nanos;
  /** When that was reported, by our clock. */
  readonly arrived: Millis;
  readonly parent: ProcessRecord;
}

/** Forks that parents reported and processes that were forked find each other here, whichever comes first. */
export class ForkBook {
  private readonly forks = new Map<string, readonly Fork[]>();
  private readonly byAge = new AgeBook<{ readonly key: string; readonly arrived: Millis }>(({ arrived }) => arrived);
  private readonly processes = new Map<string, readonly ProcessRecord[]>();

  /** Remembers a fork; returns the processes that it can be about. */
  add(container: ContainerRecord, childVpid: number, fork: Fork): readonly ProcessRecord[] {
    const key = `${container.id}/${childVpid}`;
    const forks = this.forks.get(key) ?? [];
    if (!forks.some(({ at, parent }) => at === fork.at && parent === fork.parent)) {
      this.forks.set(key, [...forks, fork].slice(-MAX_FORKS));
      this.byAge.add({ key, arrived: fork.arrived });
    }
    return (this.processes.get(key) ?? []).filter((process) => apart(process.start, fork.at) <= WINDOW);
  }

  /** Enters a process under its pid in the container, once that is known. */
  enter(process: ProcessRecord): void {
    const key = keyOf(process);
    const others = this.processes.get(key) ?? [];
    if (!others.includes(process)) this.processes.set(key, [...others, process]);
  }

  /** The parent that reported the fork of a process, nearest in time. */
  parentOf(process: ProcessRecord): ProcessRecord | undefined {
    let nearest: Fork | undefined;
    for (const fork of this.forks.get(keyOf(process)) ?? []) {
      const distance = apart(fork.at, process.start);
      if (distance > WINDOW || fork.parent === process) continue;
      if (!nearest || distance < apart(nearest.at, process.start)) nearest = fork;
    }
    return nearest?.parent;
  }

  /** Takes a process out. */
  leave(process: ProcessRecord): void {
    const key = keyOf(process);
    const rest = (this.processes.get(key) ?? []).filter((other) => other !== process);
    if (rest.length > 0) this.processes.set(key, rest);
    else this.processes.delete(key);
  }

  /** Forgets forks that were reported before a time. */
  forget(before: Millis): void {
    for (const { key } of this.byAge.take(before)) {
      const kept = (this.forks.get(key) ?? []).filter(({ arrived }) => arrived >= before);
      if (kept.length > 0) this.forks.set(key, kept);
      else this.forks.delete(key);
    }
  }
}

function keyOf({ container, vpid }: ProcessRecord): string {
  return `${container.id}/${vpid ?? 0}`;
}

function apart(a: Nanos, b: Nanos): Nanos {
  return a > b ? a - b : b - a;
}
