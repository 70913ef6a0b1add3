import type { Cancel, Clock, Millis } from '@whoran/kernel';
import type { Outcome } from '../output.ts';
import type { Item } from './request-plan.ts';

/** Sends items together and says what became of each. Never rejects. */
export type SendItems = (items: readonly Item[], signal: AbortSignal) => Promise<readonly Outcome[]>;

interface Waiting {
  readonly items: readonly Item[];
  readonly done: (outcome: Outcome) => void;
}

/** Joins what is sent at about the same time: until so many items are there, or the first has waited long enough. */
export class Batcher {
  private waiting: Waiting[] = [];
  private cancel: Cancel | undefined;
  private readonly underWay = new Set<Promise<void>>();

  constructor(
    private readonly limits: { readonly size: number; readonly wait: Millis },
    private readonly clock: Clock,
    private readonly sendItems: SendItems,
  ) {}

  /** Sends items with others. Resolves when their request has ended, or with `retry` when the signal is aborted before. */
  async send(items: readonly Item[], signal: AbortSignal): Promise<Outcome> {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const entry: Waiting = { items, done: resolve };
    const giveUp = () => {
      this.waiting = this.waiting.filter((other) => other !== entry);
      resolve({ kind: 'retry', error: 'no answer in time' });
    };
    if (signal.aborted) giveUp();
    else this.add(entry);
    signal.addEventListener('abort', giveUp, { once: true });
    const outcome = await promise;
    signal.removeEventListener('abort', giveUp);
    return outcome;
  }

  /** Sends what waits, now, and resolves when nothing is under way. */
  async drain(): Promise<void> {
    this.flush();
    await Promise.all(this.underWay);
  }

  private flush(): void {
    this.cancel?.();
    this.cancel = undefined;
    const batch = this.waiting;
    this.waiting = [];
    if (batch.length === 0) return;
    const sending = this.sendBatch(batch).finally(() => this.underWay.delete(sending));
    this.underWay.add(sending);
  }

  private add(entry: Waiting): void {
    this.waiting.push(entry);
    const count = this.waiting.reduce((sum, { items }) => sum + items.length, 0);
    if (count >= this.limits.size) this.flush();
    else this.cancel ??= this.clock.schedule(this.limits.wait, () => this.flush());
  }

  private async sendBatch(batch: readonly Waiting[]): Promise<void> {
    // The client bounds how long a request takes; a sender that gave up does not take the others' request away.
    const outcomes = await this.sendItems(
      batch.flatMap(({ items }) => items),
      new AbortController().signal,
    );
    let at = 0;
    for (const { items, done } of batch) {
      done(worstOf(outcomes.slice(at, at + items.length)));
      at += items.length;
    }
  }
}

/** What became of all together: delivered if each was; to be tried again if any is; else refused. */
export function worstOf(outcomes: readonly Outcome[]): Outcome {
  return outcomes.find(({ kind }) => kind === 'retry') ?? outcomes.find(({ kind }) => kind === 'refused') ?? { kind: 'delivered' };
}
