import type { Response } from '@whoran/contracts';
import { type Millis, type Result, err, ok, truncate } from '@whoran/kernel';
import type { AdmittedResponse } from './new-response.ts';
import type { PlannedStep } from './operation.ts';
import { type ResponseRecord, isUndoable, unrevoked } from './response-record.ts';
import type { ResponseSettings } from './response-settings.ts';

/* *  proposed ──approve──▶ approved ──▶ running ──▶ done ──undo, or its time is over──▶ undoing ──▶ undone, expired
 *      │                                 └──▶ failed ──undo──▶ …                          └──▶ failed
 *      ├──reject──▶ rejected
 *      └──nobody agreed in time──▶ expired
 */

/** How long errors that may pass are tried again, milliseconds. */
const TRY_TIME = 5 * 60_000;
const MAX_TEXT = 1024;

/** Begins a response: approved, or proposed if others must agree or `held` says why it waits for a person. */
export function propose(
  request: AdmittedResponse,
  settings: ResponseSettings,
  at: { readonly now: Millis; readonly held?: string },
): ResponseRecord {
  const { now, held } = at;
  const { id, action, dryRun, target, reason, author, automatic, isKnown, duration, alert } = request;
  // A dry run changes nothing, so nobody need agree.
  const waits = !dryRun && (held !== undefined || settings.approval.actions.has(action));
  const time = isoOf(now);
  return {
    response: {
      id,
      revision: 0,
      action,
      state: waits ? 'proposed' : 'approved',
      dryRun,
      target,
      reason,
      author,
      approvals: [],
      ...(alert === undefined ? {} : { alert }),
      createdAt: time,
      changedAt: time,
      ...(waits ? { expiresAt: isoOf(now + settings.approval.wait) } : {}),
      steps: [],
      ...(held === undefined ? {} : { error: truncate(held, MAX_TEXT) }),
    },
    operations: [],
    authorCounts: isKnown && !automatic,
    ...(duration === undefined ? {} : { duration }),
    tryUntil: now + TRY_TIME,
    told: -1,
  };
}

/** Takes somebody's agreement; nobody counts twice, and who asked counts already. Err: why it cannot be taken. */
export function approve(
  record: ResponseRecord,
  by: string,
  at: { readonly people: number; readonly now: Millis },
): Result<ResponseRecord, string> {
  const { response, authorCounts } = record;
  const { people, now } = at;
  if (response.state !== 'proposed') return err(`it is ${response.state}: only what is proposed can be approved`);
  if (isPast(response.expiresAt, now)) return err('it was not approved in time: ask again');
  if (by === response.author) return err('who asked for it cannot approve it: another person must');
  if (response.approvals.some((approval) => approval.by === by)) return err(`${by} has approved it already`);
  const approvals = [...response.approvals, { by, at: isoOf(now) }];
  const enough = approvals.length + (authorCounts ? 1 : 0) >= people;
  if (!enough) return ok(changed(record, { approvals }, now));
  const { expiresAt: _wait, error: _held, ...rest } = response;
  return ok({ ...changed({ ...record, response: rest }, { approvals, state: 'approved' }, now), tryUntil: now + TRY_TIME });
}

/** Somebody does not agree. Err: why it is too late. */
export function reject(record: ResponseRecord, by: string, now: Millis): Result<ResponseRecord, string> {
  const { state } = record.response;
  if (state !== 'proposed') return err(`it is ${state}: only what is proposed can be rejected`);
  return ok(changed(record, { state: 'rejected', endedBy: by }, now));
}

/** Takes the plan, before anything is done, so that all of it can be undone whatever happens. */
export function begin(record: ResponseRecord, plan: readonly PlannedStep[], now: Millis): ResponseRecord {
  const steps = plan.map(stepOf);
  return {
    ...changed(withoutError(record), { state: 'running', steps }, now),
    operations: plan.map((step) => ('operation' in step ? step.operation : null)),
  };
}

/** It waits for something that is away, and why. The revision stays: that it waits is no news for everybody. */
export function waits(record: ResponseRecord, error: string): ResponseRecord {
  return { ...record, response: { ...record.response, error: truncate(error, MAX_TEXT) } };
}

/** What became of one step; nothing when there is to be no attempt at it again. */
export type StepOutcome = { readonly state: 'done' | 'failed' | 'undone' } & { readonly error?: string };

/** Notes what became of a step. The revision stays: everybody is told when all steps have been taken. */
export function tookStep(record: ResponseRecord, index: number, { state, error }: StepOutcome): ResponseRecord {
  const steps = record.response.steps.map((step, at) =>
    at === index ? { what: step.what, state, ...(error === undefined ? {} : { error: truncate(error, MAX_TEXT) }) } : step,
  );
  return { ...record, response: { ...record.response, steps } };
}

/** All steps have been taken: done, unless one failed or none could be done at all. */
export function conclude(record: ResponseRecord, now: Millis): ResponseRecord {
  const { steps, dryRun } = record.response;
  const failed = steps.filter(({ state }) => state === 'failed').length;
  const achieved = steps.some(({ state }) => state === 'done' || (dryRun && state === 'planned'));
  const error = failed > 0 ? `${failed} of ${steps.length} steps failed` : achieved ? undefined : 'nothing of it can be done';
  const holds = record.duration !== undefined && isUndoable(record);
  return changed(
    withoutError(record),
    {
      state: error === undefined ? 'done' : 'failed',
      ...(error === undefined ? {} : { error }),
      ...(holds ? { expiresAt: isoOf(now + (record.duration ?? 0)) } : {}),
    },
    now,
  );
}

/** It cannot go on: what was done stays listed. */
export function fail(record: ResponseRecord, error: string, now: Millis): ResponseRecord {
  return changed(record, { state: 'failed', error: truncate(error, MAX_TEXT) }, now);
}

/** Nobody agreed in time. */
export function lapse(record: ResponseRecord, now: Millis): ResponseRecord {
  return changed(record, { state: 'expired', error: 'nobody approved it in time' }, now);
}

/** Begins to take back what was done. Err: why there is nothing to take back. */
export function beginUndo(
  record: ResponseRecord,
  by: string,
  at: { readonly ending: 'undo' | 'expiry'; readonly now: Millis },
): Result<ResponseRecord, string> {
  const { state, dryRun } = record.response;
  if (state !== 'done' && state !== 'failed') return err(`it is ${state}: only what was done can be undone`);
  if (dryRun) return err('it was a dry run: nothing was changed');
  if (!isUndoable(record)) return err('nothing of it can be undone: what was deleted, evicted or ended stays so');
  const next = changed(withoutError(record), { state: 'undoing', endedBy: by }, at.now);
  return ok({ ...next, ending: at.ending, tryUntil: at.now + TRY_TIME });
}

/** All that could be taken back was: undone, or expired when its time was over; failed if something was not. */
export function concludeUndo(record: ResponseRecord, now: Millis): ResponseRecord {
  const left = unrevoked(record).length;
  if (left > 0) return changed(record, { state: 'failed', error: `${left} steps could not be undone` }, now);
  return changed(withoutError(record), { state: record.ending === 'expiry' ? 'expired' : 'undone' }, now);
}

function stepOf(step: PlannedStep): Response['steps'][number] {
  const what = truncate(step.what, MAX_TEXT);
  if ('operation' in step) return { what, state: 'planned' };
  return 'already' in step ? { what, state: 'done' } : { what, state: 'impossible', error: truncate(step.impossible, MAX_TEXT) };
}

function withoutError(record: ResponseRecord): ResponseRecord {
  const { error: _error, ...response } = record.response;
  return { ...record, response };
}

function changed(record: ResponseRecord, change: Partial<Response>, now: Millis): ResponseRecord {
  const { response } = record;
  return { ...record, response: { ...response, ...change, revision: response.revision + 1, changedAt: isoOf(now) } };
}

function isPast(time: string | undefined, now: Millis): boolean {
  return time !== undefined && Date.parse(time) <= now;
}

function isoOf(millis: Millis): string {
  return new Date(millis).toISOString();
}
