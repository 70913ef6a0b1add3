import { setTimeout as sleep } from 'node:timers/promises';
import { parseJson } from '@whoran/contracts';
import type { Endpoints } from './endpoints.ts';
import { post } from './post.ts';

/** What became of the lines of a sender. */
export interface SenderListener {
  /** Answered 200. */
  confirmed(numbers: readonly number[]): void;
  /** Given up, as Falco does when its connection is refused or breaks. */
  lost(numbers: readonly number[], why: string): void;
}

/** How a sender sends. */
export interface SenderOptions {
  readonly cluster: string;
  /** Lines in one request; 1 sends as Falco does, more as NDJSON. */
  readonly batch: number;
  readonly endpoints: Endpoints;
  readonly listener: SenderListener;
}

interface Line {
  readonly text: string;
  readonly number: number;
}

const PATIENCE = 20_000;
const LONGEST_PAUSE = 1000;
const AFTER_A_LOSS = 50;
/** A minute of a busy node. Falco's own queue is bounded as well. */
const LONGEST_QUEUE = 60_000;

/**
 * The Falco of one node: one request at a time, in order. It does not retry, except that 503 with Retry-After means
 * "later": then it waits and keeps its place. Nothing counts as sent before the answer 200.
 */
export class FalcoSender {
  private queue: Line[] = [];
  private running: Promise<void> | undefined;
  /** How often the answer was 503. */
  postponed = 0;

  constructor(private readonly options: SenderOptions) {}

  get waiting(): number {
    return this.queue.length;
  }

  add(text: string, number: number): void {
    if (this.queue.length >= LONGEST_QUEUE) this.options.listener.lost([number], 'the queue of the sender is full');
    else this.queue.push({ text, number });
  }

  /** Sends what waits, unless it is being sent already. */
  flush(): void {
    this.running ??= this.drain().finally(() => (this.running = undefined));
  }

  /** Resolves when nothing waits. */
  async idle(): Promise<void> {
    while (this.running || this.queue.length > 0) {
      this.flush();
      await this.running;
    }
  }

  private async drain(): Promise<void> {
    while (this.queue.length > 0) {
      const lines = this.queue.slice(0, this.options.batch);
      this.queue = this.queue.slice(lines.length);
      await this.deliver(lines);
    }
  }

  private async deliver(lines: readonly Line[]): Promise<void> {
    const { listener, endpoints, cluster, batch } = this.options;
    const numbers = lines.map(({ number }) => number);
    const body = lines.map(({ text }) => text).join('\n');
    const type = batch === 1 ? 'application/json' : 'application/x-ndjson';
    for (;;) {
      const { dispatcher } = endpoints;
      const token = endpoints.ingestToken(cluster);
      const answer = await post({ url: endpoints.falco(cluster), body, type, token, dispatcher, patience: PATIENCE });
      if ('status' in answer && answer.status === 200) {
        const refused = refusedIn(answer.body);
        if (refused !== '') listener.lost(numbers, `the ingester refused events: ${refused}`);
        return listener.confirmed(numbers);
      }
      if ('status' in answer && answer.status === 503) {
        this.postponed += 1;
        await sleep(Math.min(LONGEST_PAUSE, answer.retryAfter * 1000));
        continue;
      }
      listener.lost(numbers, 'failed' in answer ? answer.failed : `status ${answer.status}: ${answer.body}`);
      return void (await sleep(AFTER_A_LOSS));
    }
  }
}

/** The receipt says so when an event of a batch became a dead letter: there must be none. */
function refusedIn(body: string): string {
  const receipt = parseJson(body);
  if (!receipt.ok || typeof receipt.value !== 'object' || receipt.value === null) return '';
  const { deadLettered, problems } = receipt.value as { readonly deadLettered?: unknown; readonly problems?: unknown };
  return typeof deadLettered === 'number' && deadLettered > 0 ? JSON.stringify(problems) : '';
}
