import { type Bus, type LetterAbout, makeDeadLetter } from '@whoran/bus';
import { type DeadLetter, type Notification, encodeJson, topics } from '@whoran/contracts';
import { type Clock, type Logger, type Millis, isRetriable, messageOf } from '@whoran/kernel';
import { pause } from './deliver.ts';

/** The service that dead letters name, whichever receiver they are about. */
export const STAGE = 'alert-router';
const ENDPOINT = 'receivers/';
const FIRST_WAIT = 200;
const LONGEST_WAIT = 15_000;

/** Why a notification did not reach its receiver. */
export type UndeliveredReason = 'refused' | 'expired' | 'queue-full' | 'delivery-failed';

/** A notification that a receiver did not get. */
export interface Undelivered {
  readonly notification: Notification;
  readonly reason: UndeliveredReason;
  readonly error: string;
  readonly attempts: number;
}

/**
 * Keeps notifications that could not be delivered where no bus holds them until they are: on a bus in memory. A durable bus
 * saves them itself, by the verdict.
 */
export class DeadLetters {
  private readonly stop = new AbortController();

  constructor(
    private readonly bus: Bus,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** Resolves when the bus has it. While the bus is away this waits and tries again; it never rejects. */
  async save(undelivered: Undelivered): Promise<void> {
    const letter = letterOf(undelivered, this.clock.now());
    for (let wait = FIRST_WAIT; ; wait = Math.min(wait * 2, LONGEST_WAIT)) {
      try {
        return await this.bus.publish(topics.deadLetters, [letter]);
      } catch (error) {
        if (wait === FIRST_WAIT) this.logger.warn('dead-letter.waiting', { id: letter.id, error: messageOf(error) });
        if (isRetriable(error) && (await pause(this.clock, wait, this.stop.signal))) continue;
        return this.logger.error('notification.lost', {
          id: letter.id,
          receiver: undelivered.notification.receiver,
          error: messageOf(error),
        });
      }
    }
  }

  /** Waits no more for a bus that is away: what cannot be kept now is lost, and said so. */
  giveUp(): void {
    this.stop.abort();
  }
}

/** What a dead letter of the bus says of a notification: its origin names the receiver, so that a replay goes to that one only. */
export function aboutReceiver(notification: Notification, letter: DeadLetter, receiver: string): LetterAbout {
  const { messageId, origin } = nameOf(notification, receiver);
  const { id } = makeDeadLetter({ ...letter, messageId, origin }, 0);
  return { id, origin: { ...letter.origin, ...origin }, payload: letter.payload, truncated: letter.truncated };
}

function letterOf({ notification, reason, error, attempts }: Undelivered, now: Millis): DeadLetter {
  return makeDeadLetter(
    { ...nameOf(notification, notification.receiver), reason, error, attempts, payload: encodeJson(notification) },
    now,
  );
}

function nameOf(notification: Notification, receiver: string) {
  const clusters = new Set(notification.alerts.map(({ whoran: { cluster } }) => cluster));
  const [cluster] = clusters;
  const topic = topics.notifications;
  const origin = {
    topic: topic.name,
    key: topic.key(notification),
    endpoint: `${ENDPOINT}${receiver}`,
    ...(clusters.size === 1 ? { cluster } : {}),
  };
  return { stage: STAGE, origin, messageId: notification.id };
}

/** The receiver that a dead letter's origin names, if it names one. */
export function receiverOf({ endpoint }: DeadLetter['origin']): string | undefined {
  return endpoint?.startsWith(ENDPOINT) ? endpoint.slice(ENDPOINT.length) : undefined;
}
