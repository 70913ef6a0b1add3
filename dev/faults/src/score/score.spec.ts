import { describe, expect, it } from '@jest/globals';
import { type TrueEvent, TruthBook } from '../load/truth-book.ts';
import type { FinalAnswer } from '../watch/answer-book.ts';
import { judge, scoreRow } from './score.ts';

const jane = { ids: ['s1', 'audit:a1'], user: 'jane', gap: false };
const anAnswer = (different: Partial<FinalAnswer> = {}): FinalAnswer => ({
  number: 1,
  id: 'e1',
  revision: 0,
  evidence: 'lineage',
  session: 's1',
  user: 'jane',
  otherIds: 0,
  rival: false,
  ...different,
});
const anEvent = (different: Partial<TrueEvent> = {}): TrueEvent => ({ session: jane, kind: 'start', sent: true, ...different });

describe('judge', () => {
  it.each([
    ['the session by the id of the webhook', jane, anAnswer(), 'right'],
    ['the session by the id of the audit log', jane, anAnswer({ session: 'audit:a1' }), 'right'],
    ['the right session under another user', jane, anAnswer({ user: 'bob' }), 'wrong'],
    ['another session', jane, anAnswer({ session: 's2' }), 'wrong'],
    ['somebody although it was nobody', undefined, anAnswer(), 'wrong'],
    ['nobody although it was somebody', jane, anAnswer({ evidence: 'none', session: undefined }), 'missed'],
    [
      'nobody after events of the session were lost',
      { ...jane, gap: true },
      anAnswer({ evidence: 'none', session: undefined }),
      'missed-after-loss',
    ],
    ['nobody and it was nobody', undefined, anAnswer({ evidence: 'none', session: undefined }), 'nobody'],
    ['that several fit', jane, anAnswer({ evidence: 'ambiguous', session: undefined }), 'ambiguous'],
  ] as const)('%s', (_, session, answer, outcome) => {
    expect(judge(anEvent({ session }), answer)).toBe(outcome);
  });
});

describe('scoreRow', () => {
  it('counts what was answered 200 and never came as lost', () => {
    const score = scoreRow([anEvent(), anEvent(), anEvent({ sent: false })], 1, [anAnswer()]);
    expect(score).toMatchObject({ sent: 2, delivered: 1, lost: 1, wrong: 0 });
    expect(score.examples).toEqual(['not delivered: event 2 (start of jane, session s1 or audit:a1)']);
  });

  it('does not count as delivered what nobody was told is safe, and still compares it with the truth', () => {
    const score = scoreRow([anEvent({ sent: false })], 1, [anAnswer({ session: 's2' })]);
    expect(score).toMatchObject({ sent: 0, delivered: 0, lost: 0, wrong: 1 });
  });

  it.each([
    ['two ids', { otherIds: 1 }, 1],
    ['three ids', { otherIds: 2 }, 2],
    ['two answers of the highest revision', { rival: true }, 1],
  ])('counts an event with %s as doubled', (_, different, duplicates) => {
    expect(scoreRow([anEvent()], 1, [anAnswer(different)])).toMatchObject({ duplicates, lost: 0 });
  });

  it('shows ten examples at most', () => {
    const events = Array.from({ length: 50 }, () => anEvent());
    expect(scoreRow(events, 1, []).examples).toHaveLength(10);
  });

  it('forgives a missing name only after a loss of the sender', () => {
    const truth = new TruthBook(1);
    const session = truth.open(['s1'], 'jane');
    const before = truth.add('start', session);
    const after = truth.add('start', session);
    truth.confirm([before, after]);
    const nobody = [before, after].map((number) => anAnswer({ number, id: `e${number}`, evidence: 'none', session: undefined }));
    expect(scoreRow(truth.events, 1, nobody)).toMatchObject({ missed: 2, missedAfterLoss: 0 });
    truth.lose([before]);
    expect(scoreRow(truth.events, 1, nobody)).toMatchObject({ missed: 0, missedAfterLoss: 2 });
  });
});
