import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { approve, begin, beginUndo, conclude, concludeUndo, fail, lapse, propose, reject, tookStep } from './lifecycle.ts';
import type { AdmittedResponse } from './new-response.ts';
import type { PlannedStep } from './operation.ts';
import { type ResponseRecord, dueAt, isActive, isUndoable, slotOf, stepsToTake, toldOf } from './response-record.ts';
import { readResponseSettings } from './response-settings.ts';

const NOW = Date.parse('2026-01-01T10:00:00Z');
const HOUR = 3_600_000;
const ref = { apiVersion: 'v1', kind: 'Pod', namespace: 'payments', name: 'api-0' } as const;
const block: PlannedStep = { what: 'block', operation: { kind: 'block', entry: { users: ['jane'], reason: 'r', author: 'ana' } } };
const remove: PlannedStep = { what: 'delete', operation: { kind: 'delete', ref, uid: 'u' } };
const never: PlannedStep = { what: 'never', impossible: 'it cannot be' };

function settingsWith(approval: object = {}) {
  const read = readResponseSettings({ actions: { quarantine: {} }, ...approval });
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  return read.value;
}
const shared = settingsWith({ approval: { actions: ['quarantine'], wait: '10m' } });

const asked: AdmittedResponse = {
  id: 'r1',
  action: 'quarantine',
  target: { user: 'jane' },
  reason: 'r',
  author: 'ana',
  isKnown: true,
  dryRun: false,
  automatic: false,
  duration: HOUR,
};
const proposed = (different: Partial<AdmittedResponse> = {}, settings = shared) =>
  propose({ ...asked, ...different }, settings, { now: NOW });
const value = <T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown }): T => {
  if (!result.ok) throw new Error(String(result.error));
  return result.value;
};
const running = (plan: readonly PlannedStep[], different: Partial<AdmittedResponse> = {}) =>
  begin(proposed(different, settingsWith()), plan, NOW);
const withAll = (record: ResponseRecord, state: 'done' | 'undone' | 'failed') =>
  stepsToTake(record).reduce((next, { index }) => tookStep(next, index, { state, ...(state === 'failed' ? { error: 'no' } : {}) }), record);
const done = (plan: readonly PlannedStep[] = [block], different: Partial<AdmittedResponse> = {}) =>
  conclude(withAll(running(plan, different), 'done'), NOW);

describe('agreeing', () => {
  const by = (record: ResponseRecord, name: string, at: { people?: number; now?: number } = {}) =>
    approve(record, name, { people: 2, now: NOW, ...at });

  it.each<[string, ResponseRecord, string, object, string]>([
    ['the author', proposed(), 'ana', {}, 'another person'],
    ['somebody too late', proposed(), 'bob', { now: NOW + 600_000 }, 'not approved in time'],
    ['somebody when it is done', done(), 'bob', {}, 'it is done'],
    ['somebody twice', value(by(proposed(), 'bob', { people: 3 })), 'bob', { people: 3 }, 'already'],
  ])('%s cannot', (_, record, name, at, message) => {
    expect(by(record, name, at)).toMatchObject({ ok: false, error: expect.stringContaining(message) });
  });

  it.each([
    [{}, 2, 1],
    [{}, 3, 2],
    [{ isKnown: false }, 2, 2],
    [{ automatic: true, isKnown: false, author: 'route x' }, 2, 2],
  ])('of %j, where %i people must, takes %i more', (different, people, more) => {
    let record = proposed(different);
    for (let count = 1; count <= more; count += 1) {
      expect(record.response.state).toBe('proposed');
      record = value(by(record, `person ${count}`, { people }));
    }
    expect([record.response.state, record.response.expiresAt]).toEqual(['approved', undefined]);
  });

  it('is not asked for where nothing is changed', () => expect(proposed({ dryRun: true }).response.state).toBe('approved'));
  it('is asked for when something else holds it', () =>
    expect(propose(asked, settingsWith(), { now: NOW, held: 'too many' }).response).toMatchObject({
      state: 'proposed',
      error: 'too many',
    }));
  it('ends with a no, or with nothing', () => {
    expect(value(reject(proposed(), 'bob', NOW)).response).toMatchObject({ state: 'rejected', endedBy: 'bob' });
    expect(lapse(proposed(), NOW).response.state).toBe('expired');
    expect(reject(done(), 'bob', NOW).ok).toBe(false);
  });
});

describe('the end of a response', () => {
  it.each<[string, ResponseRecord, string]>([
    ['all was done', done(), 'done'],
    ['some of it cannot be done', done([block, never]), 'done'],
    ['none of it can be done', done([never]), 'failed'],
    ['it was so already', done([{ what: 'gone', already: true }]), 'done'],
    ['a step failed', conclude(withAll(running([block]), 'failed'), NOW), 'failed'],
    ['a dry run only planned', conclude(running([block], { dryRun: true }), NOW), 'done'],
    ['it could not begin', fail(running([]), 'no cluster', NOW), 'failed'],
  ])('when %s', (_, record, state) => expect(record.response.state).toBe(state));

  it('is set when something holds, from when it is done', () => {
    expect(done().response.expiresAt).toBe('2026-01-01T11:00:00.000Z');
    expect(done([remove]).response.expiresAt).toBeUndefined();
    const { duration: _none, ...forever } = asked;
    expect(
      conclude(withAll(begin(propose(forever, settingsWith(), { now: NOW }), [block], NOW), 'done'), NOW).response.expiresAt,
    ).toBeUndefined();
  });
});

describe('an undo', () => {
  const undone = (record: ResponseRecord, ending: 'undo' | 'expiry' = 'undo') => beginUndo(record, 'bob', { ending, now: NOW });

  it.each<[string, ResponseRecord]>([
    ['of what is not done', proposed()],
    ['of a dry run', conclude(running([block], { dryRun: true }), NOW)],
    ['of what was deleted for good', done([remove])],
    ['of what could not be done', done([never])],
  ])('%s is refused', (_, record) => expect(undone(record).ok).toBe(false));

  it('goes backwards, over what can be taken back', () => {
    const record = value(undone(done([block, remove, block, never])));
    expect(stepsToTake(record).map(({ index }) => index)).toEqual([2, 0]);
    expect(concludeUndo(withAll(record, 'undone'), NOW).response).toMatchObject({ state: 'undone', endedBy: 'bob' });
  });
  it('of what failed takes back what may have been done', () => {
    const half = tookStep(running([block, block]), 0, { state: 'done' });
    const failed = conclude(tookStep(half, 1, { state: 'failed', error: 'no' }), NOW);
    expect(stepsToTake(value(undone(failed))).map(({ index }) => index)).toEqual([1, 0]);
  });
  it('that comes because the time is over ends as expired', () =>
    expect(concludeUndo(withAll(value(undone(done(), 'expiry')), 'undone'), NOW).response.state).toBe('expired'));
  it('that leaves something says so, and can be tried again', () => {
    const failed = concludeUndo(withAll(value(undone(done())), 'failed'), NOW);
    expect(failed.response).toMatchObject({ state: 'failed', error: '1 steps could not be undone' });
    expect([dueAt(toldOf(failed, 99)), undone(failed).ok]).toEqual([undefined, true]);
  });
});

describe('what is known of a response', () => {
  it.each<[string, ResponseRecord, boolean]>([
    ['proposed', proposed(), true],
    ['done, and holds', done(), true],
    ['done, and over at once', done([remove]), false],
    ['failed', fail(running([]), 'x', NOW), false],
    ['a dry run', running([block], { dryRun: true }), false],
  ])('%s: whether it is active', (_, record, active) => expect(isActive(record)).toBe(active));

  it('is due at once until it was told, then when its time is over', () => {
    expect(dueAt(done())).toBe(0);
    expect(dueAt(toldOf(done(), 9))).toBe(NOW + HOUR);
    expect(dueAt(toldOf(proposed(), 0))).toBe(NOW + 600_000);
    expect(dueAt(toldOf(done([remove]), 9))).toBeUndefined();
  });

  it('has one slot, in whatever order its target is told', () => {
    const one = slotOf({ action: 'quarantine', target: { user: 'a', cluster: 'c' } });
    expect(slotOf({ action: 'quarantine', target: { cluster: 'c', user: 'a', group: '' } })).toBe(one);
    expect(slotOf({ action: 'quarantine', target: { user: 'a' } })).not.toBe(one);
  });

  it('survives being JSON, whatever happened, and whatever can be undone leaves nothing', () => {
    const step = fc.constantFrom(block, remove, never);
    const outcome = fc.constantFrom<'done' | 'failed'>('done', 'failed');
    fc.assert(
      fc.property(fc.array(step, { maxLength: 6 }), fc.array(outcome, { minLength: 6, maxLength: 6 }), (plan, outcomes) => {
        const taken = stepsToTake(running(plan)).reduce(
          (next, { index }) => tookStep(next, index, { state: outcomes[index] ?? 'done' }),
          running(plan),
        );
        const ended = conclude(taken, NOW);
        expect(JSON.parse(JSON.stringify(ended))).toEqual(ended);
        expect(stepsToTake(taken)).toEqual([]);
        const undo = undoAll(ended);
        expect(undo === undefined).toBe(!isUndoable(ended));
        if (undo) expect([undo.response.state, isUndoable(undo)]).toEqual(['undone', false]);
      }),
    );
  });
});

function undoAll(record: ResponseRecord): ResponseRecord | undefined {
  const begun = beginUndo(record, 'bob', { ending: 'undo', now: NOW });
  return begun.ok ? concludeUndo(withAll(begun.value, 'undone'), NOW) : undefined;
}
