import type { Response } from '@whoran/contracts';
import type { Intake } from '../intake/event-rows.ts';
import { eventTime } from '../intake/event-time.ts';
import { LIMITS, fitName, fitSecret } from '../intake/fit-text.ts';
import type { ResponseRow } from '../store/rows.ts';

/** The row of a response as it stands. What it does is kept as it is; reasons and errors are redacted. */
export function responseRow(response: Response, { redactor, now }: Intake): ResponseRow {
  const { id, revision, target, action, state, dryRun, author, steps } = response;
  const fit = (text: string) => fitSecret(text, LIMITS.word, (whole) => redactor.text(whole));
  const fitError = <T extends { readonly error?: string }>(one: T): T =>
    one.error === undefined ? one : { ...one, error: fit(one.error) };
  return {
    id,
    revision: Math.min(revision, Number.MAX_SAFE_INTEGER),
    timeNs: eventTime(now, response.changedAt, response.createdAt),
    storedMs: now,
    ...{ action, state, dryRun, author },
    cluster: fitName(target.cluster),
    namespace: fitName(target.namespace),
    pod: fitName(target.pod),
    userName: target.user,
    session: target.session,
    body: fitError({ ...response, reason: fit(response.reason), steps: steps.map(fitError) }),
  };
}
