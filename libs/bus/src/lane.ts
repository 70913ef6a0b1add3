import { type SettleOptions, settleBatch } from './settle-batch.ts';

/** A queue with one worker: the in-process counterpart of a partition. */
export interface Lane<T> {
  /** Takes a message at once and returns nothing, or returns a promise that resolves when there is room and it is taken. */
  push(message: T): Promise<void> | undefined;
  /** Stops taking; resolves when the running batch is settled. */
  close(): Promise<void>;
}

interface LaneOptions<T> {
  readonly capacity: number;
  readonly batchSize: number;
  readonly settle: Omit<SettleOptions<T>, 'stopped'>;
  /** Told how many messages are pending more or fewer. */
  readonly onChange: (difference: number) => void;
}

/** Opens a lane. Its worker runs while there is something to do. */
export function openLane<T>(options: LaneOptions<T>): Lane<T> {
  const { capacity, batchSize, settle, onChange } = options;
  const { observer, group, topic, clock } = settle;
  let queue: T[] = [];
  let waiting: (() => void)[] = [];
  let worker: Promise<void> | undefined;
  let stopped = false;

  const work = async () => {
    while (queue.length > 0 && !stopped) {
      const batch = queue.slice(0, batchSize);
      const began = clock.now();
      await settleBatch(batch, { ...settle, stopped: () => stopped });
      observer.batch(group, topic.name, batch.length, clock.now() - began);
      queue = queue.slice(batch.length);
      onChange(-batch.length);
      const resumed = waiting;
      waiting = [];
      for (const resume of resumed) resume();
    }
    worker = undefined;
  };
  const take = (message: T) => {
    queue.push(message);
    onChange(1);
    // A microtask later, so that a burst becomes one batch.
    worker ??= Promise.resolve().then(work);
  };
  const takeLater = async (message: T) => {
    while (queue.length >= capacity && !stopped) await new Promise<void>((resume) => waiting.push(resume));
    if (!stopped) take(message);
  };

  return {
    push(message) {
      if (stopped) return undefined;
      if (queue.length >= capacity) return takeLater(message);
      take(message);
      return undefined;
    },
    async close() {
      stopped = true;
      for (const resume of waiting) resume();
      await worker;
      onChange(-queue.length);
      queue = [];
    },
  };
}
