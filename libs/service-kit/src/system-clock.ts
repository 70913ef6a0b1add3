import { type Cancel, Clock, type Millis } from '@whoran/kernel';

/** The computer's clock. Its timers keep no process alive: services end through their shutdown. */
export class SystemClock extends Clock {
  override now(): Millis {
    return Date.now();
  }

  override schedule(delay: Millis, task: () => void): Cancel {
    const timer = setTimeout(task, delay).unref();
    return () => clearTimeout(timer);
  }
}
