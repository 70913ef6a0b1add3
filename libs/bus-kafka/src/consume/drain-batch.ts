import type { Topic } from '@whoran/contracts';
import type { EachBatchPayload } from 'kafkajs';
import { receive } from './received.ts';
import type { Settle } from './settle-received.ts';

/** What draining needs beside what kafkajs hands over. */
export interface DrainOptions<T> {
  readonly topic: Topic<T>;
  readonly settle: Settle<T>;
  readonly batchSize: number;
  /** Aborted when the partitions are about to be taken away, or the subscription closes. */
  readonly stopping: AbortSignal;
  /** Whether the partition is still this member's: after a rebalance its offset is another's to move. */
  readonly owned: () => boolean;
  readonly beat: () => Promise<void>;
  /** Told of what is settled, which may be committed from then on. */
  readonly onSettled: (nextOffset: string, messages: number) => void;
}

/** How it ended: all is settled; told to stop; or a dependency is away and the rest is to come again. */
export type Drained = 'through' | 'stopped' | 'blocked';

/**
 * Settles a batch piece by piece, in order. Only what is settled is resolved, and kafkajs commits what is resolved: at the end
 * of the batch, when the subscription stops, and when the heartbeat after a piece brings the news of a rebalance.
 */
export async function drainBatch<T>(payload: EachBatchPayload, options: DrainOptions<T>): Promise<Drained> {
  const { batch, resolveOffset, isRunning, isStale } = payload;
  const { topic, settle, batchSize, stopping, owned, beat, onSettled } = options;
  const { messages, partition } = batch;
  const told = () => stopping.aborted;
  for (let at = 0; at < messages.length; at += batchSize) {
    if (told() || !isRunning() || isStale()) return 'stopped';
    const piece = messages.slice(at, at + batchSize);
    const settled = await settle(
      piece.map((raw) => receive(topic, partition, raw)),
      stopping,
    );
    if (!settled) return told() ? 'stopped' : 'blocked';
    const last = piece.at(-1);
    if (last === undefined || !owned()) return 'stopped';
    resolveOffset(last.offset);
    onSettled(String(BigInt(last.offset) + 1n), piece.length);
    await beat();
  }
  return 'through';
}
