import type { Notification } from '@whoran/contracts';
import type { Millis } from '@whoran/kernel';
import type { Ended } from './deliver.ts';

/** How many notifications that news took the place of are remembered for the record; a group may change each second. */
const MOST_REPLACED = 16;

/** What is on its way to one receiver about one subject. */
export interface InHand {
  /** What the next attempt sends: news that come before it take the place of what they are news of. */
  notification: Notification;
  /** What news took the place of: it ends as they do. */
  readonly replaced: Notification[];
  /** Whether an attempt is under way: what it sends cannot change any more. */
  sending: boolean;
  /** When it was made, or when somebody asked to deliver it again. */
  readonly since: Millis;
  /** Whether somebody asked to deliver it again. */
  readonly again: boolean;
  /** The id of the notification that another receiver was told of. */
  escalated?: string;
}

interface Entry {
  readonly inHand: InHand;
  readonly ended: Promise<Ended>;
}

/** The notifications in hand for one receiver. Of a subject one delivery runs at a time, so that no news overtake what came before. */
export class NotificationsInHand {
  private readonly bySubject = new Map<string, Entry>();

  /** How many were ever taken. */
  taken = 0;

  constructor(private readonly onChange: () => void) {}

  get size(): number {
    return this.bySubject.size;
  }

  /** When the first that was taken was made: about the oldest. */
  get oldest(): Millis | undefined {
    return this.bySubject.values().next().value?.inHand.since;
  }

  /** All of them. */
  *all(): Iterable<InHand> {
    for (const { inHand } of this.bySubject.values()) yield inHand;
  }

  has(subject: string): boolean {
    return this.bySubject.has(subject);
  }

  /**
   * Takes a notification; resolves as its delivery ends. What is in hand already is not delivered twice, and news of it go
   * with it if it has not left, or else after it. `run` must not reject.
   */
  take(
    notification: Notification,
    { since, again }: Pick<InHand, 'since' | 'again'>,
    run: (inHand: InHand) => Promise<Ended>,
  ): Promise<Ended> {
    const { subject, revision } = notification;
    const earlier = this.bySubject.get(subject);
    if (earlier && revision <= earlier.inHand.notification.revision) return earlier.ended;
    if (earlier && !earlier.inHand.sending) {
      if (earlier.inHand.replaced.length < MOST_REPLACED) earlier.inHand.replaced.push(earlier.inHand.notification);
      earlier.inHand.notification = inPlaceOf(earlier.inHand.notification, notification);
      return earlier.ended;
    }
    const inHand: InHand = { notification, replaced: [], sending: false, since, again };
    const before: Promise<unknown> = earlier?.ended ?? Promise.resolve();
    const ended = before.then(() => run(inHand)).finally(() => this.release(subject, inHand));
    this.bySubject.set(subject, { inHand, ended });
    this.taken += 1;
    this.onChange();
    return ended;
  }

  /** Resolves when nothing is in hand. */
  async idle(): Promise<void> {
    while (this.bySubject.size > 0) await Promise.all([...this.bySubject.values()].map(({ ended }) => ended));
  }

  private release(subject: string, inHand: InHand): void {
    if (this.bySubject.get(subject)?.inHand !== inHand) return;
    this.bySubject.delete(subject);
    this.onChange();
  }
}

/** News as they are told to who has not heard the first: an alert is then raised and not updated. */
function inPlaceOf(earlier: Notification, later: Notification): Notification {
  if (earlier.reason !== 'alert' || later.reason !== 'update') return { ...later, reason: earlier.reason };
  const alerts = later.alerts.map(({ whoran: { update: _, ...whoran }, ...alert }) => ({ ...alert, whoran }));
  return { ...later, reason: earlier.reason, alerts };
}
