import { describe, expect, it } from '@jest/globals';
import type { Attribution, Evidence } from '@whoran/contracts';
import type { RecordedFalcoEvent, Truth } from './recording.ts';
import { type Outcome, judge, scoreAll } from './score.ts';

const session = (id: string, username = 'jane') => ({ id, kind: 'exec' as const, user: { username, groups: [] } });
const truth = (different: Partial<Truth> = {}): Truth => ({
  session: null,
  user: null,
  aliases: [],
  candidates: [],
  runtime: false,
  ...different,
});
const answer = (evidence: Evidence, claimed?: string, candidates: readonly string[] = []): Attribution => ({
  evidence,
  ...(claimed === undefined ? {} : { session: session(claimed) }),
  candidates: candidates.map((id) => session(id)),
});
const event: RecordedFalcoEvent = { index: 0, time: 0n, rule: 'r', commandLine: 'id', isFork: false, body: '{}' };

describe('an answer', () => {
  const own = truth({ session: 's', aliases: ['t'] });
  const several = truth({ candidates: ['a', 'b'] });
  it.each<[string, Truth, Attribution | undefined, Outcome]>([
    ['is right with the session', own, answer('root', 's'), 'right'],
    ['is right with an alias', own, answer('lineage', 't'), 'right'],
    ['is wrong with another session', own, answer('root', 'x'), 'wrong'],
    ['misses with nobody', own, answer('none'), 'missed'],
    ['misses with candidates only', own, answer('ambiguous', undefined, ['s', 'x']), 'missed'],
    ['misses when nothing came out', own, undefined, 'missed'],
    ['is right about nobody', truth(), answer('none'), 'nobody'],
    ['falsely attributes', truth(), answer('audit', 's'), 'falsely-attributed'],
    ['is ambiguous with all candidates', several, answer('ambiguous', undefined, ['b', 'a']), 'ambiguous'],
    ['is ambiguous with more than all candidates', several, answer('ambiguous', undefined, ['b', 'a', 'c']), 'ambiguous'],
    ['is not ambiguous enough with some candidates', several, answer('ambiguous', undefined, ['a']), 'ambiguous-missed'],
    ['is not ambiguous with nobody', several, answer('none'), 'ambiguous-missed'],
    ['is wrong when it claims one of several candidates', several, answer('audit', 'a'), 'wrong'],
  ])('%s', (_name, right, given, expected) => {
    expect(judge({ truth: right, attribution: given })).toBe(expected);
  });

  it('may name a candidate by an alias that another line tells', () => {
    expect(judge({ truth: several, attribution: answer('ambiguous', undefined, ['a', 'bb']) }, new Map([['bb', 'b']]))).toBe('ambiguous');
  });
});

describe('the score', () => {
  it('counts what is scored, and recall over the events that have a session', () => {
    const score = scoreAll([
      { event, truth: truth({ session: 's', user: 'jane' }), attribution: answer('root', 's') },
      { event, truth: truth({ session: 's', user: 'bob' }), attribution: answer('root', 's') },
      { event, truth: truth({ session: 's' }), attribution: undefined },
      { event, truth: truth({ session: 's' }), attribution: answer('root', 'x') },
      { event, truth: truth(), attribution: answer('root', 'x') },
      { event, truth: truth(), attribution: answer('none') },
      { event, truth: truth({ candidates: ['a'] }), attribution: answer('none') },
      { event, truth: truth({ session: 's', runtime: true }), attribution: answer('root', 'x') },
    ]);
    expect(score).toMatchObject({
      scored: 7,
      right: 2,
      missed: 1,
      wrong: 1,
      falselyAttributed: 1,
      ambiguous: { right: 0, total: 1 },
      recall: 0.5,
      unanswered: 1,
    });
    expect(score.errors.map(({ outcome }) => outcome)).toEqual(['missed', 'wrong', 'falsely-attributed', 'ambiguous-missed']);
    expect(score.otherUsers).toHaveLength(1);
  });

  it('is complete when there was nothing to find', () => {
    expect(scoreAll([]).recall).toBe(1);
  });
});
