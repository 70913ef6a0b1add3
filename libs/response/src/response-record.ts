import type { Response } from '@whoran/contracts';
import type { Millis } from '@whoran/kernel';
import { type Operation, isReversible } from './operation.ts';

/** A response with what is needed to go on with it after a crash, and to undo it. It is JSON, and never changed in place. */
export interface ResponseRecord {
  readonly response: Response;
  /** What each step does, in the order of the steps; null where there is nothing to do. */
  readonly operations: readonly (Operation | null)[];
  /** Whether the author is one of the people who agree: known by a token, and no route. */
  readonly authorCounts: boolean;
  /** How long it holds from when it is done, milliseconds. */
  readonly duration?: Millis;
  /** Until when errors that may pass are tried again, milliseconds. */
  readonly tryUntil?: Millis;
  /** Why it is being undone. */
  readonly ending?: 'undo' | 'expiry';
  /** The revision that everybody has been told of. */
  readonly told: number;
}

/** The steps that still have to be taken: in order when something is done, backwards when it is undone. */
export function stepsToTake(record: ResponseRecord): readonly { readonly index: number; readonly operation: Operation }[] {
  const { response, operations } = record;
  const planned = response.steps.flatMap(({ state }, index) => (state === 'planned' ? [index] : []));
  const places = response.state === 'undoing' ? unrevoked(record).toReversed() : planned;
  return places.flatMap((index) => {
    const operation = operations[index];
    return operation ? [{ index, operation }] : [];
  });
}

/** Whether something of it can be taken back. A step that failed may have been done all the same. */
export function isUndoable(record: ResponseRecord): boolean {
  if (record.response.dryRun) return false;
  return unrevoked(record).length > 0;
}

/** What was done, or may have been, and can be taken back: the places of the steps. */
export function unrevoked({ response, operations }: ResponseRecord): readonly number[] {
  return response.steps.flatMap(({ state }, index) => {
    const operation = operations[index];
    return operation && isReversible(operation) && (state === 'done' || state === 'failed') ? [index] : [];
  });
}

/** Whether the same, asked for again, would do nothing new: it waits, is being done, or holds. */
export function isActive(record: ResponseRecord): boolean {
  const { state, dryRun } = record.response;
  if (dryRun) return false;
  return ['proposed', 'approved', 'running', 'undoing'].includes(state) || (state === 'done' && isUndoable(record));
}

/** Two that are about the same have the same slot, and only one of them is active at a time. */
export function slotOf({ action, target }: Pick<Response, 'action' | 'target'>): string {
  const known = Object.entries(target).filter(([, value]) => value !== '');
  return JSON.stringify([action, ...known.sort(([a], [b]) => (a < b ? -1 : 1))]);
}

/** When it is to be looked at next, milliseconds; nothing if never. */
export function dueAt(record: ResponseRecord): Millis | undefined {
  const { state, expiresAt, revision } = record.response;
  if (record.told < revision) return 0;
  switch (state) {
    case 'approved':
    case 'running':
    case 'undoing':
      return 0;
    case 'proposed':
    case 'done':
    case 'failed':
      return expiresAt === undefined || (state === 'failed' && !isUndoable(record)) || record.ending !== undefined
        ? undefined
        : Date.parse(expiresAt);
    case 'rejected':
    case 'expired':
    case 'undone':
      return undefined;
  }
}

/** Notes that everybody has been told of a revision. */
export function toldOf(record: ResponseRecord, revision: number): ResponseRecord {
  return { ...record, told: Math.max(record.told, revision) };
}
