import type { LaneSpool } from '../spool/lane-spool.ts';
import type { RateBucket } from './rate-bucket.ts';

/** Events of one request that are published together. */
export class Slice<T> {
  private settle: { readonly stored: () => void; readonly failed: (error: unknown) => void } | undefined;
  readonly done: Promise<void>;

  constructor(readonly events: readonly T[]) {
    this.done = new Promise((stored, failed) => (this.settle = { stored, failed }));
  }

  /** Whether somebody was told already what became of it. */
  get isSettled(): boolean {
    return this.settle === undefined;
  }

  stored(): void {
    this.settle?.stored();
    this.settle = undefined;
  }

  failed(error: unknown): void {
    this.settle?.failed(error);
    this.settle = undefined;
  }
}

/**
 * The events of one cluster on their way to one topic. They are either all live, which is in memory and with the bus, or all
 * go through the spool: that keeps their order.
 */
export interface Lane<T> {
  readonly cluster: string;
  /** Nothing without a spool. */
  readonly spool: LaneSpool | undefined;
  /** Nothing without a limit. */
  readonly bucket: RateBucket | undefined;
  /** With the bus, in order. */
  readonly published: Set<Slice<T>>;
}
