import { setTimeout as sleep } from 'node:timers/promises';
import type { Millis } from '@whoran/kernel';
import { ClusterLoad, type ClusterLoadOptions } from './cluster-load.ts';
import type { TruthBook } from './truth-book.ts';

/** One cluster's part of a load. */
export type ClusterPart = Pick<ClusterLoadOptions, 'cluster' | 'rate' | 'skew'>;

/** A load on every cluster of a row. */
export interface LoadOptions extends Pick<ClusterLoadOptions, 'word' | 'truth' | 'endpoints'> {
  readonly clusters: readonly ClusterPart[];
}

const TICK = 50;
/** Scripts that were begun end within seconds. */
const LONGEST_END = 15_000;

/** Steady load: it makes what is due by the clock, so that a tick that comes late is made up for. */
export class Load {
  private readonly clusters: readonly ClusterLoad[];
  private readonly began = performance.now();
  private running = true;
  private readonly ended: Promise<void>;
  /** Why events were lost by their senders, and how often. */
  readonly complaints = new Map<string, number>();

  constructor(private readonly options: LoadOptions) {
    const complain = (why: string) => void this.complaints.set(why, (this.complaints.get(why) ?? 0) + 1);
    const common = { ...options, complain, now: () => Date.now() };
    this.clusters = options.clusters.map((part) => new ClusterLoad({ ...common, ...part }));
    this.ended = this.run();
  }

  get truth(): TruthBook {
    return this.options.truth;
  }

  /** What the names of its nodes begin with. */
  get word(): string {
    return this.options.word;
  }

  get postponed(): number {
    return this.clusters.reduce((sum, { postponed }) => sum + postponed, 0);
  }

  /** Begins nothing new; resolves when what was begun has been made. */
  async stop(): Promise<void> {
    this.running = false;
    await this.ended;
  }

  /** Resolves when every sender was answered for everything. */
  async settle(): Promise<void> {
    await Promise.all(this.clusters.map((cluster) => cluster.settle()));
  }

  private async run(): Promise<void> {
    while (this.running) {
      const elapsed: Millis = performance.now() - this.began;
      for (const cluster of this.clusters) cluster.tick(elapsed);
      await sleep(TICK);
    }
    const until = performance.now() + LONGEST_END;
    while (this.clusters.map((cluster) => cluster.finish()).includes(false) && performance.now() < until) await sleep(TICK);
  }
}
