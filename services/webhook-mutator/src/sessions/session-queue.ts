import type { Bus } from '@whoran/bus';
import { type ExecSession, topics } from '@whoran/contracts';
import { type Clock, type Logger, type Millis, SeenIds, isRetriable, messageOf } from '@whoran/kernel';

const BATCH = 500;
const FIRST_WAIT: Millis = 100;
const LONGEST_WAIT: Millis = 15_000;
/** Milliseconds between warnings about lost sessions: while the bus is away there is one to lose with every exec. */
const WARN_EVERY: Millis = 10_000;
/** Requests that are recognised when they come again; the API server repeats one within seconds, if at all. */
const REMEMBERED = 10_000;

/** How much waits for the bus at most: sessions, and their characters. */
export interface SessionQueueOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly capacity: number;
  readonly maxCharacters?: number;
  readonly onDrop: () => void;
}

interface Waiting {
  readonly session: ExecSession;
  readonly size: number;
}

/**
 * Sessions on their way to the bus. Adding never waits; while the bus is away the queue grows to its bounds, then the
 * oldest session is dropped, counted and logged: its audit event still names the user.
 */
export class SessionQueue {
  private readonly seen = new SeenIds(REMEMBERED);
  private waiting: Waiting[] = [];
  private characters = 0;
  private worker: Promise<void> | undefined;
  private dropped = 0;
  private warnedAt = -Infinity;

  constructor(private readonly options: SessionQueueOptions) {}

  /** Takes a session, once: the same request again adds nothing. */
  add(session: ExecSession): void {
    if (!this.seen.add(`${session.id} ${session.phase}`)) return;
    const size = sizeOf(session);
    this.waiting.push({ session, size });
    this.characters += size;
    const { capacity, maxCharacters = 64 << 20 } = this.options;
    while (this.waiting.length > capacity || this.characters > maxCharacters) this.dropOldest();
    this.worker ??= Promise.resolve().then(() => this.work());
  }

  /** Resolves when everything taken so far is with the bus. */
  async flush(): Promise<void> {
    await this.worker;
  }

  private async work(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, BATCH);
      for (const { size } of batch) this.characters -= size;
      await this.publish(batch.map(({ session }) => session));
    }
    this.worker = undefined;
  }

  private async publish(sessions: readonly ExecSession[]): Promise<void> {
    const { bus, clock, logger } = this.options;
    for (let wait = FIRST_WAIT; ; wait = Math.min(wait * 2, LONGEST_WAIT)) {
      try {
        return await bus.publish(topics.execSessions, sessions);
      } catch (error) {
        if (!isRetriable(error)) return this.giveUp(sessions, error);
        logger.warn('sessions.bus-away', { error: messageOf(error), batch: sessions.length, waiting: this.waiting.length });
        await new Promise<void>((resolve) => void clock.schedule(wait, resolve));
      }
    }
  }

  private giveUp(sessions: readonly ExecSession[], error: unknown): void {
    this.options.logger.error('sessions.not-published', { error: messageOf(error), sessions: sessions.length });
    for (let count = 0; count < sessions.length; count += 1) this.options.onDrop();
  }

  private dropOldest(): void {
    this.characters -= this.waiting.shift()?.size ?? 0;
    this.dropped += 1;
    this.options.onDrop();
    const now = this.options.clock.now();
    if (now - this.warnedAt < WARN_EVERY) return;
    this.options.logger.warn('sessions.dropped', { dropped: this.dropped, waiting: this.waiting.length });
    this.warnedAt = now;
    this.dropped = 0;
  }
}

/** Roughly, in characters: what an attacker can make large. */
function sizeOf({ command = [], user }: ExecSession): number {
  const texts = [user.username, ...user.groups, ...command, ...Object.values(user.extra ?? {}).flat()];
  return texts.reduce((sum, text) => sum + text.length + 16, 1000);
}
