import { type Bus, makeDeadLetter } from '@whoran/bus';
import { type Alert, encodeJson, topics } from '@whoran/contracts';
import { type Clock, type Logger, isRetriable, messageOf } from '@whoran/kernel';
import { pause } from './deliver.ts';

const FIRST_WAIT = 200;
const LONGEST_WAIT = 15_000;

/** Why a notification did not reach its receiver. */
export type UndeliveredReason = 'refused' | 'expired' | 'queue-full' | 'delivery-failed';

/** A notification that a receiver did not get. */
export interface Undelivered {
  readonly alert: Alert;
  readonly receiver: string;
  readonly reason: UndeliveredReason;
  readonly error: string;
  readonly attempts: number;
}

/** Keeps notifications that could not be delivered, on the dead-letter topic, so that they can be sent again. */
export class DeadLetters {
  private readonly stop = new AbortController();

  constructor(
    private readonly bus: Bus,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** Resolves when the bus has it. While the bus is away this waits and tries again; it never rejects. */
  async save(undelivered: Undelivered): Promise<void> {
    const letter = letterOf(undelivered, this.clock);
    for (let wait = FIRST_WAIT; ; wait = Math.min(wait * 2, LONGEST_WAIT)) {
      try {
        return await this.bus.publish(topics.deadLetters, [letter]);
      } catch (error) {
        if (wait === FIRST_WAIT) this.logger.warn('dead-letter.waiting', { id: letter.id, error: messageOf(error) });
        if (isRetriable(error) && (await pause(this.clock, wait, this.stop.signal))) continue;
        return this.logger.error('alert.lost', { id: letter.id, receiver: undelivered.receiver, error: messageOf(error) });
      }
    }
  }

  /** Waits no more for a bus that is away: what cannot be kept now is lost, and said so. */
  giveUp(): void {
    this.stop.abort();
  }
}

function letterOf({ alert, receiver, reason, error, attempts }: Undelivered, clock: Clock) {
  const { eventId, revision, cluster } = alert.whoran;
  const origin = { topic: topics.alerts.name, key: topics.alerts.key(alert), endpoint: `receivers/${receiver}`, cluster };
  const messageId = `${eventId}/${revision}/${receiver}`;
  return makeDeadLetter({ stage: 'alert-router', origin, messageId, reason, error, attempts, payload: encodeJson(alert) }, clock.now());
}
