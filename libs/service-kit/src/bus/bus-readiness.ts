import type { Bus } from '@whoran/bus';
import type { Clock, Millis } from '@whoran/kernel';

/** How long a bus that has been there may be away before the service is not ready: brokers are replaced within seconds. */
const PATIENCE: Millis = 30_000;

/**
 * Whether a service can do its work as far as the bus goes: at start not before it has been there once, later until it was
 * away for 30 s without a break between two questions. Taking a service away at the first hiccup would help nobody.
 */
export class BusReadiness {
  private joined = false;
  private awaySince: Millis | undefined;

  constructor(
    private readonly bus: Bus,
    private readonly clock: Clock,
  ) {}

  /** What is wrong, or nothing. */
  problem(): string | undefined {
    const { dead, away } = this.bus.health();
    if (dead !== undefined) return dead;
    if (away === undefined) {
      this.joined = true;
      this.awaySince = undefined;
      return undefined;
    }
    const now = this.clock.now();
    this.awaySince ??= now;
    return !this.joined || now - this.awaySince >= PATIENCE ? away : undefined;
  }
}
