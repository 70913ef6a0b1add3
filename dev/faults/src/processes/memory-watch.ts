import { procStats } from './proc-stats.ts';

/** A process to look at. */
export interface Watched {
  readonly instance: string;
  readonly pid: number | undefined;
}

const EVERY = 250;

/** Looks at the memory of processes again and again, and keeps the most that each had. */
export class MemoryWatch {
  private peaks = new Map<string, number>();
  private readonly timer;

  constructor(private readonly watched: () => readonly Watched[]) {
    this.timer = setInterval(() => this.look(), EVERY);
    this.timer.unref();
  }

  /** Forgets what was. */
  begin(): void {
    this.peaks = new Map();
    this.look();
  }

  /** The most of each process since then, MiB. */
  get mebibytes(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.peaks].map(([instance, memory]) => [instance, Math.round(memory)]));
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    for (const { instance, pid } of this.watched()) {
      const memory = pid === undefined ? undefined : procStats(pid)?.memory;
      if (memory !== undefined) this.peaks.set(instance, Math.max(memory, this.peaks.get(instance) ?? 0));
    }
  }
}
