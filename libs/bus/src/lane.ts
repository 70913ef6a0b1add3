import { type SettleOptions, settleBatch } from './settle-batch.ts';

/** A queue with one worker: the in-process counterpart of a partition. */
export interface Lane<T> {
  /**
   * Takes a message at once and returns nothing, or returns a promise that resolves when there is room and it is taken.
   * Messages are taken in the order of the calls. A closed lane takes nothing.
   */
  push(message: T): Promise<void> | undefined;
  /** Stops taking; resolves when the running batch is settled. */
  close(): Promise<void>;
}

interface LaneOptions<T> {
  readonly capacity: number;
  readonly batchSize: number;
  readonly settle: Omit<SettleOptions<T>, 'stopping'>;
  /** Told how many messages are pending more or fewer. */
  readonly onChange: (difference: number) => void;
}

/** Opens a lane. Its worker runs while there is something to do. */
export function openLane<T>(options: LaneOptions<T>): Lane<T> {
  const { capacity, batchSize, settle, onChange } = options;
  const { observer, group, topic, clock } = settle;
  const stop = new AbortController();
  const stopping = stop.signal;
  const waiting: { readonly message: T; readonly taken: () => void }[] = [];
  let queue: T[] = [];
  let worker: Promise<void> | undefined;

  const work = async () => {
    while (queue.length > 0 && !stopping.aborted) {
      const batch = queue.slice(0, batchSize);
      const began = clock.now();
      if (!(await settleBatch(batch, { ...settle, stopping }))) break;
      observer.batch(group, topic.name, batch.length, clock.now() - began);
      queue = queue.slice(batch.length);
      // Handed over here and not when the publishers wake up: whoever comes meanwhile must not overtake them.
      for (const { message, taken } of waiting.splice(0, capacity - queue.length)) {
        take(message);
        taken();
      }
      onChange(-batch.length);
    }
    worker = undefined;
  };
  const take = (message: T) => {
    queue.push(message);
    onChange(1);
    // A microtask later, so that a burst becomes one batch.
    worker ??= Promise.resolve().then(work);
  };

  return {
    push(message) {
      if (stopping.aborted) return undefined;
      if (queue.length >= capacity) return new Promise((taken) => waiting.push({ message, taken }));
      take(message);
      return undefined;
    },
    async close() {
      stop.abort();
      for (const { taken } of waiting.splice(0)) taken();
      await worker;
      onChange(-queue.length);
      queue = [];
    },
  };
}
