import { describe, expect, it } from '@jest/globals';
import type { MatcherSpec } from '../matchers/matcher.ts';
import { type Silence, compileSilence, indexSilences, silencePhase, silencedBy } from '../silences/silence.ts';
import { type Case, alertOf, run } from './spec-cases.ts';

const is = (value: string, name = 'rule'): MatcherSpec => ({ name, operator: '=', value });
const silence = (from: number, to: number, ...matchers: readonly MatcherSpec[]): Silence => ({
  id: `${from}-${to}`,
  matchers,
  startsAt: from * 1000,
  endsAt: to * 1000,
  updatedAt: 0,
  createdBy: 'jane',
  comment: 'maintenance',
});
const a = (...at: readonly number[]) => at.map((second) => `${second} a`);

describe('silences, as in Alertmanager', () => {
  it.each<[string, Case]>([
    ['what is muted is not told', { alerts: ['0 a b'], silences: [silence(0, 100, is('a'))], until: 200, told: ['30 group b'] }],
    ['a group that is muted whole says nothing', { alerts: ['0 a'], silences: [silence(0, 100, is('a'))], until: 400, told: [] }],
    [
      'it is asked when the group is flushed, not before',
      { alerts: ['0 a'], silences: [silence(0, 30, is('a'))], until: 60, told: ['30 group a'] },
    ],
    ['one that begins later mutes later', { alerts: ['0 a'], silences: [silence(31, 900, is('a'))], until: 60, told: ['30 group a'] }],
    [
      'what goes on after it ends is told',
      { alerts: a(0, 200, 400, 600), silences: [silence(0, 400, is('a'))], until: 900, told: ['630 group a'] },
    ],
    [
      'what was told before it is not told again after it',
      { alerts: a(0, 200, 400, 600, 800), silences: [silence(100, 500, is('a'))], until: 960, told: ['30 group a'] },
    ],
    [
      'but it is when the group spoke meanwhile',
      {
        alerts: ['0 a', '200 a', '300 b', '400 a b', '600 a b', '800 a b'],
        silences: [silence(100, 500, is('a'))],
        until: 960,
        told: ['30 group a', '330 new-alerts b', '630 new-alerts a b'],
      },
    ],
    [
      'all matchers must fit',
      { alerts: ['0 a b'], silences: [silence(0, 99, is('a'), is('test', 'namespace'))], until: 60, told: ['30 group a b'] },
    ],
    [
      'nothing is repeated under it',
      {
        routes: 'route: { receiver: r, group_by: [], repeat_interval: 5m }',
        alerts: a(0, 200, 400, 600, 800, 1000),
        silences: [silence(300, 700, is('a'))],
        until: 1000,
        told: ['30 group a', '930 repeat a'],
      },
    ],
    [
      'an alert that is told at once is muted when it comes',
      {
        routes: 'route: { receiver: r }',
        alerts: a(0, 50, 100),
        silences: [silence(10, 100, is('a'))],
        until: 999,
        told: ['0 alert a', '100 alert a'],
      },
    ],
  ])('%s', (_, given) => expect(run(given)).toEqual(given.told));

  it.each([
    [9, 'pending'],
    [10, 'active'],
    [19, 'active'],
    [20, 'expired'],
  ] as const)('at %d of 10 to 20 it is %s', (now, phase) => expect(silencePhase({ startsAt: 10, endsAt: 20 }, now)).toBe(phase));

  it.each([
    [[], 'needs a matcher'],
    [[is('')], 'needs a matcher'],
    [[{ name: 'user', operator: '=~', value: '.*' }], 'needs a matcher'],
    [[{ name: 'user', operator: '!=', value: 'x' }], 'needs a matcher'],
    [[is('x', 'colour')], 'which is none of'],
    [[{ name: 'user', operator: '=~', value: '(' }], 'RE2'],
  ] as const)('%j is refused', (specs, message) => {
    const compiled = compileSilence(specs);
    expect(compiled.ok ? '' : compiled.error).toContain(message);
  });

  it('tells every silence that mutes, in their order', () => {
    const silences = [
      silence(0, 9, is('b')),
      silence(0, 8, { name: 'rule', operator: '=~', value: 'a|b' }),
      silence(0, 7, is('a')),
      silence(0, 1, is('a')),
    ];
    expect(silencedBy(indexSilences(silences), alertOf('a'), 5000).map(({ id }) => id)).toEqual(['0-8', '0-7']);
  });

  it('is asked quickly however many there are', () => {
    const many = Array.from({ length: 1000 }, (_, index) => silence(0, 9, is(`rule ${index}`), is('prod', 'namespace')));
    const index = indexSilences(many);
    expect(index.candidates(alertOf('rule 7')).length).toBe(1);
    expect(silencedBy(index, alertOf('rule 7'), 1).length).toBe(1);
  });
});
