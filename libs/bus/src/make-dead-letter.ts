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

const MAX_ID = 128;
const MAX_STAGE = 64;
const MAX_KEY = 1024;
const MAX_REASON = 128;

/** Makes the dead letter of a failure, within the bounds of its schema. The id is the same for the same message and stage. */
export function makeDeadLetter(failure: Failure, now: Millis): DeadLetter {
  const { stage, origin, messageId, reason, error, attempts, payload } = failure;
  return {
    id: boundedId(`${stage}/${origin.topic ?? origin.endpoint ?? ''}/${messageId}`),
    stage: truncate(stage, MAX_STAGE),
    origin: origin.key === undefined ? origin : { ...origin, key: truncate(origin.key, MAX_KEY) },
    reason: truncate(reason, MAX_REASON),
    error: truncate(error, 8192),
    attempts,
    time: new Date(now).toISOString(),
    payload: truncate(payload, MAX_DEAD_LETTER_PAYLOAD),
    truncated: payload.length > MAX_DEAD_LETTER_PAYLOAD,
  };
}

/** What is too long ends with a hash (FNV-1a, 64 bits) of the whole: the end is often what tells two messages apart. */
function boundedId(id: string): string {
  if (id.length <= MAX_ID) return id;
  let hash = 0xcbf29ce484222325n;
  for (let at = 0; at < id.length; at += 1) hash = BigInt.asUintN(64, (hash ^ BigInt(id.charCodeAt(at))) * 0x100000001b3n);
  const end = hash.toString(16).padStart(16, '0');
  return truncate(id, MAX_ID - end.length) + end;
}
