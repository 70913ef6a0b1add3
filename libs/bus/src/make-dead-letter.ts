import { type DeadLetter, MAX_DEAD_LETTER_PAYLOAD } from '@whoran/contracts';
import { type Millis, truncate } from '@whoran/kernel';

/** What is known about a message that could not be processed. */
export interface Failure {
  readonly stage: string;
  readonly origin: DeadLetter['origin'];
  /** Names the message within its origin, so that failing twice makes one dead letter. */
  readonly messageId: string;
  readonly reason: string;
  readonly error: string;
  readonly attempts: number;
  readonly payload: string;
}

/** Makes the dead letter of a failure. The id is the same for the same message and stage. */
export function makeDeadLetter(failure: Failure, now: Millis): DeadLetter {
  const { stage, origin, messageId, reason, error, attempts, payload } = failure;
  return {
    id: truncate(`${stage}/${origin.topic ?? origin.endpoint ?? ''}/${messageId}`, 128),
    stage,
    origin,
    reason,
    error: truncate(error, 8192),
    attempts,
    time: new Date(now).toISOString(),
    payload: truncate(payload, MAX_DEAD_LETTER_PAYLOAD),
    truncated: payload.length > MAX_DEAD_LETTER_PAYLOAD,
  };
}
