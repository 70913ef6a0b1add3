import type { DeadLetter } from '@whoran/contracts';
import type { DeadLetterRow } from '../store/rows.ts';
import type { Intake } from '../intake/event-rows.ts';
import { eventTime } from '../intake/event-time.ts';
import { LIMITS, fitName, fitSecret } from '../intake/fit-text.ts';

/** The row of a dead letter. Its payload stays as it is, because it is what a replay sends. */
export function deadLetterRow(letter: DeadLetter, { redactor, now }: Intake): DeadLetterRow {
  const { id, stage, reason, attempts, origin, payload, truncated, replay = 0 } = letter;
  return {
    id,
    timeNs: eventTime(now, letter.time),
    storedMs: now,
    stage,
    reason,
    error: fitSecret(letter.error, LIMITS.path, (text) => redactor.text(text)),
    attempts: Math.min(attempts, Number.MAX_SAFE_INTEGER),
    topic: origin.topic,
    endpoint: origin.endpoint,
    cluster: fitName(origin.cluster),
    origin,
    payload,
    truncated,
    replay: Math.min(replay, Number.MAX_SAFE_INTEGER),
    state: 'open',
  };
}
