import type { Millis } from '@whoran/kernel';
import type { Notification } from '../notify/plan-notifications.ts';
import type { Ended } from './deliver.ts';

/** An alert on its way to one receiver. */
export interface InHand {
  /** What the next attempt sends: an update that comes before it takes the place of what it updates. */
  notification: Notification;
  /** Whether an attempt is under way: what it sends cannot change any more. */
  sending: boolean;
  /** When it was raised, or when somebody asked to deliver it again. */
  readonly since: Millis;
}

interface Entry {
  readonly alert: InHand;
  readonly ended: Promise<Ended>;
}

/** The alerts in hand for one receiver. Of one alert one delivery runs at a time, so that no update overtakes what it updates. */
export class AlertsInHand {
  private readonly byId = new Map<string, Entry>();

  /** How many were ever taken. */
  taken = 0;

  constructor(private readonly onChange: () => void) {}

  get size(): number {
    return this.byId.size;
  }

  /** When the first that was taken was raised: about the oldest. */
  get oldest(): Millis | undefined {
    return this.byId.values().next().value?.alert.since;
  }

  has(id: string): boolean {
    return this.byId.has(id);
  }

  /**
   * Takes a notification; resolves as its delivery ends. What is in hand already is not delivered twice, and news of it go
   * with it if it has not left, or else after it. `run` must not reject.
   */
  take(notification: Notification, since: Millis, run: (alert: InHand) => Promise<Ended>): Promise<Ended> {
    const { id, revision } = notification.alert.whoran;
    const earlier = this.byId.get(id);
    if (earlier && revision <= earlier.alert.notification.alert.whoran.revision) return earlier.ended;
    if (earlier && !earlier.alert.sending) {
      earlier.alert.notification = { alert: notification.alert, update: earlier.alert.notification.update };
      return earlier.ended;
    }
    const alert: InHand = { notification, sending: false, since };
    const before: Promise<unknown> = earlier?.ended ?? Promise.resolve();
    const ended = before.then(() => run(alert)).finally(() => this.release(id, alert));
    this.byId.set(id, { alert, ended });
    this.taken += 1;
    this.onChange();
    return ended;
  }

  /** Resolves when nothing is in hand. */
  async idle(): Promise<void> {
    while (this.byId.size > 0) await Promise.all([...this.byId.values()].map(({ ended }) => ended));
  }

  private release(id: string, alert: InHand): void {
    if (this.byId.get(id)?.alert !== alert) return;
    this.byId.delete(id);
    this.onChange();
  }
}
