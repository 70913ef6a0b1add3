import type { Nanos } from '@whoran/kernel';
import { type ClockOffset, type OffsetSample, UNKNOWN_OFFSET, estimateOffset } from './clock-offset.ts';
import { ProcessTable } from './process-table.ts';

/** So many of the latest samples count; older ones go only when twice as many are held, so that the estimate seldom moves. */
const SAMPLES = 256;

/** What is known of one node. */
export class NodeLineage {
  readonly table = new ProcessTable();
  /** The time of the earliest event from the node: what began before was not watched. */
  since: Nanos | undefined;
  /** Whether Falco tells of forks here: a process whose fork is not known has then lost it. */
  tellsForks = false;
  private readonly samples = new Map<string, OffsetSample>();
  private estimate: ClockOffset = UNKNOWN_OFFSET;

  constructor(readonly name: string) {}

  /** How far the node's clock may be ahead of the API server's. */
  get offset(): ClockOffset {
    return this.estimate;
  }

  /** Notes an event's time; returns whether it moves the beginning of the watch. */
  watch(at: Nanos): boolean {
    const moves = this.since === undefined || at < this.since;
    if (moves) this.since = at;
    return moves;
  }

  /** Learns from a session whose root is known; returns whether the estimate moved. */
  learn(sessionId: string, sample: OffsetSample | undefined): boolean {
    const before = this.estimate;
    if (sample) this.samples.set(sessionId, sample);
    else if (!this.samples.delete(sessionId)) return false;
    this.dropOldest();
    this.estimate = estimateOffset(this.samples.values());
    return before.low !== this.estimate.low || before.high !== this.estimate.high;
  }

  private dropOldest(): void {
    if (this.samples.size <= 2 * SAMPLES) return;
    const byAge = [...this.samples].sort(([, a], [, b]) => (a.start < b.start ? -1 : 1));
    for (const [id] of byAge.slice(0, this.samples.size - SAMPLES)) this.samples.delete(id);
  }
}
