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

interface Waiter {
  readonly until: () => Millis;
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
  private cancelWake: Cancel = () => {};

  constructor(private readonly host: GateHost) {}

  /** Waits for a turn. After `go`, `leave` must follow. While the receiver is up a late alert still gets its turn. */
  enter(until: () => Millis, stop: AbortSignal): Promise<Turn> {
    return new Promise((resolve) => {
      if (stop.aborted) return resolve({ kind: 'stopped' });
      const waiter: Waiter = {
        until,
        take: (turn) => {
          this.waiting.delete(waiter);
          stop.removeEventListener('abort', onStop);
          resolve(turn);
        },
      };
      const onStop = () => waiter.take({ kind: 'stopped' });
      stop.addEventListener('abort', onStop);
      this.waiting.add(waiter);
      this.wake();
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

  /** Gives out the turns that there are, and looks again when there may be more. */
  wake(): void {
    this.cancelWake();
    const { clock, concurrency } = this.host;
    const now = clock.now();
    const turns = turnsOf(this.health, concurrency(), now);
    const blocked = this.blocked(now);
    for (const waiter of this.waiting) {
      if (this.running < turns) {
        this.running += 1;
        waiter.take({ kind: 'go' });
      } else if (!blocked) break;
      else if (waiter.until() <= now) waiter.take({ kind: 'expired', error: this.health.error });
    }
    this.cancelWake = this.wakeLater(now);
  }

  private blocked(now: Millis): boolean {
    return isDown(this.health) || now < this.health.notBefore;
  }

  private wakeLater(now: Millis): Cancel {
    if (this.waiting.size === 0 || !this.blocked(now)) return () => {};
    let next = now < this.health.notBefore ? this.health.notBefore : Infinity;
    for (const { until } of this.waiting) next = Math.min(next, until());
    return next === Infinity ? () => {} : this.host.clock.schedule(Math.max(1, next - now), () => this.wake());
  }
}
