import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Seen } from './consumer-view.ts';
import type { ConsumerPlace, FromConsumer, ToConsumer } from './consumer-thread.ts';

const READY_LIMIT = 120_000;

/** The consumer that the events are counted at. It runs in a thread of its own. */
export class Watcher {
  /** How many events of the row have come, and when the last message came. */
  events = 0;
  lastAt = 0;

  private constructor(private readonly worker: Worker) {
    worker.on('message', (message: FromConsumer) => {
      if (message.kind !== 'progress') return;
      this.events = message.events;
      this.lastAt = message.lastAt;
    });
  }

  /** Resolves when the consumer has joined its group. */
  static async open(place: ConsumerPlace): Promise<Watcher> {
    const worker = new Worker(new URL('consumer-thread.ts', import.meta.url), { workerData: place });
    const watcher = new Watcher(worker);
    await watcher.hear('ready', AbortSignal.timeout(READY_LIMIT));
    return watcher;
  }

  /** A row begins. */
  begin(first: number): void {
    this.events = 0;
    this.tell({ kind: 'begin', first });
  }

  loadEnded(): void {
    this.tell({ kind: 'load-ended' });
  }

  /** What came since the row began. */
  async seen(): Promise<Seen> {
    const answer = this.hear('seen');
    this.tell({ kind: 'report' });
    const message = await answer;
    if (message.kind !== 'seen') throw new Error('the consumer answered something else');
    return message.seen;
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private tell(message: ToConsumer): void {
    this.worker.postMessage(message);
  }

  private async hear(kind: FromConsumer['kind'], signal?: AbortSignal): Promise<FromConsumer> {
    for (;;) {
      // `once` rejects when the thread fails.
      const [message] = (await once(this.worker, 'message', signal ? { signal } : {})) as [FromConsumer];
      if (message.kind === kind) return message;
    }
  }
}
