import type { Cancel, Clock, Millis } from '@whoran/kernel';
import type { Outcome } from '@whoran/outputs';
import { HEALTHY, type ReceiverHealth, afterAttempt, isDown, turnsOf } from './receiver-health.ts';

/** Whether an attempt may begin, or why it never will. */
export type Turn =
  | { readonly kind: 'go' }
  /** The receiver was down until the alert's deadline. */
  | { readonly kind: 'expired'; readonly error: string }
  | { readonly kind: 'stopped' };

/** What a gate runs on. */
export interface GateHost {
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  /** Attempts at once; a reload may change it. */
  readonly concurrency: () => number;
  readonly onHealth: (up: boolean) => void;
}

/** How late at most it is noticed that a deadline has passed: many may pass one after the other. */
const EXPIRY_STEP: Millis = 100;

interface Waiter {
  readonly tried: boolean;
  readonly until: () => Millis;
  readonly stop: AbortSignal;
  readonly take: (turn: Turn) => void;
}

/**
 * Lets attempts through to one receiver: so many at once while it answers, one at a time while it is down. Whoever failed
 * stands at the end of the line again, so that one alert which the receiver cannot take does not keep the others away.
 */
export class Gate {
  private health: ReceiverHealth = HEALTHY;
  private running = 0;
  private readonly waiting = new Set<Waiter>();
  /** One listener for all who wait with a signal: taking one of thousands off a signal takes long. */
  private readonly heard = new Map<AbortSignal, { waiting: number; readonly onAbort: () => void }>();
  private cancelWake: Cancel = () => {};
  private wakesAt = Infinity;

  constructor(private readonly host: GateHost) {}

  /** Waits for a turn. After `go`, `leave` must follow. While the receiver is up a late alert still gets its turn. */
  enter(until: () => Millis, { stop, tried }: { readonly stop: AbortSignal; readonly tried: boolean }): Promise<Turn> {
    return new Promise((resolve) => {
      if (stop.aborted) return resolve({ kind: 'stopped' });
      const left = this.hear(stop);
      const waiter: Waiter = {
        until,
        stop,
        tried,
        take: (turn) => {
          this.waiting.delete(waiter);
          left();
          resolve(turn);
        },
      };
      this.waiting.add(waiter);
      this.look(waiter);
    });
  }

  /** Ends a turn. Without an outcome nothing was learned about the receiver. */
  leave(outcome: Outcome | undefined): void {
    this.running -= 1;
    if (outcome) {
      this.health = afterAttempt(this.health, outcome, { now: this.host.clock.now(), random: this.host.random() });
      this.host.onHealth(!isDown(this.health));
    }
    this.wake();
  }

  /** Takes the receiver for well again: it has a new address, perhaps. */
  forget(): void {
    this.health = HEALTHY;
    this.host.onHealth(true);
    this.wake();
  }

  /** Gives out the turns that there are, and looks again when there may be more. */
  wake(): void {
    this.cancelWake();
    this.wakesAt = Infinity;
    const now = this.host.clock.now();
    const turns = this.turns(now);
    const blocked = this.blocked(now);
    for (const waiter of this.line()) {
      if (this.running < turns) {
        this.running += 1;
        waiter.take({ kind: 'go' });
      } else if (!blocked) return;
      else if (waiter.until() <= now) waiter.take({ kind: 'expired', error: this.health.error });
      else this.wakeFor(waiter, now);
    }
  }

  /** Who waits, in the order of turns. It is what was not tried yet that shows whether the receiver is down, or takes no more of these. */
  private line(): Iterable<Waiter> {
    if (!isDown(this.health)) return this.waiting;
    const waiting = [...this.waiting];
    return [...waiting.filter(({ tried }) => !tried), ...waiting.filter(({ tried }) => tried)];
  }

  /** As waking, when nothing has changed but that one more waits: thousands may come while the receiver is down. */
  private look(waiter: Waiter): void {
    const now = this.host.clock.now();
    if (this.running < this.turns(now)) this.wake();
    else if (this.blocked(now)) this.wakeFor(waiter, now);
  }

  /** Stops whoever waits with a signal when it is aborted; returns what to call when one of them waits no longer. */
  private hear(stop: AbortSignal): () => void {
    const onAbort = () => {
      for (const waiter of this.waiting) if (waiter.stop === stop) waiter.take({ kind: 'stopped' });
    };
    const heard = this.heard.get(stop) ?? { waiting: 0, onAbort };
    if (heard.waiting === 0) stop.addEventListener('abort', heard.onAbort);
    heard.waiting += 1;
    this.heard.set(stop, heard);
    return () => {
      heard.waiting -= 1;
      if (heard.waiting > 0) return;
      stop.removeEventListener('abort', heard.onAbort);
      this.heard.delete(stop);
    };
  }

  private turns(now: Millis): number {
    return turnsOf(this.health, this.host.concurrency(), now);
  }

  private blocked(now: Millis): boolean {
    return isDown(this.health) || now < this.health.notBefore;
  }

  private wakeFor({ until }: Waiter, now: Millis): void {
    const { notBefore } = this.health;
    const at = Math.min(Math.max(until(), now + EXPIRY_STEP), now < notBefore ? notBefore : Infinity);
    if (at >= this.wakesAt) return;
    this.cancelWake();
    this.wakesAt = at;
    this.cancelWake = this.host.clock.schedule(at - now, () => {
      this.wake();
    });
  }
}
