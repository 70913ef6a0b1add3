import { describe, expect, it } from '@jest/globals';
import { type Case, alertOf, run } from './spec-cases.ts';
import { inhibitionKeys } from '../inhibition/inhibit.ts';
import { issuesOf, routingOf } from '../spec-routing.ts';

const routes = (rule: string) => `route: { receiver: r, group_by: [rule] }\ninhibit_rules: [{ ${rule} }]`;
const DOWN = routes('source_matchers: [rule=down], target_matchers: [rule=slow], equal: [namespace]');

describe('inhibition, as in Alertmanager', () => {
  it.each<[string, Case]>([
    ['a target is muted while a source is active', { routes: DOWN, alerts: ['0 down slow'], until: 60, told: ['30 group down'] }],
    ['whichever comes first, until it is told', { routes: DOWN, alerts: ['0 slow', '29 down'], until: 60, told: ['59 group down'] }],
    [
      'not if what must be equal is not',
      { routes: DOWN, alerts: ['0 down@test slow@prod'], until: 60, told: ['30 group down', '30 group slow'] },
    ],
    [
      'absent labels are equal',
      { routes: DOWN.replace('[namespace]', '["x.none"]'), alerts: ['0 down@test slow@prod'], until: 60, told: ['30 group down'] },
    ],
    [
      'without equal any source will do',
      { routes: DOWN.replace(', equal: [namespace]', ''), alerts: ['0 down@test slow@prod'], until: 60, told: ['30 group down'] },
    ],
    [
      'a source is active until resolve_timeout',
      { routes: DOWN, alerts: ['0 down', '100 slow', '350 slow'], until: 500, told: ['30 group down', '430 group slow'] },
    ],
    [
      'and longer while it goes on',
      { routes: DOWN, alerts: ['0 down', '100 slow', '200 down', '350 slow'], until: 500, told: ['30 group down'] },
    ],
    [
      'an alert does not mute itself',
      {
        routes: routes('source_matchers: [namespace=prod], target_matchers: [namespace=prod]'),
        alerts: ['0 a b'],
        until: 60,
        told: ['30 group a', '30 group b'],
      },
    ],
    [
      'two that are both sources and targets do not mute each other, but a source that is no target mutes both',
      {
        routes: routes('source_matchers: [rule=~"a|b|c"], target_matchers: [rule=~"a|b"]'),
        alerts: ['0 a b', '100 c', '101 a b'],
        until: 400,
        told: ['30 group a', '30 group b', '130 group c'],
      },
    ],
    [
      'a silenced source mutes all the same',
      {
        routes: DOWN,
        alerts: ['0 down slow'],
        silences: [
          {
            id: 's',
            matchers: [{ name: 'rule', operator: '=', value: 'down' }],
            startsAt: 0,
            endsAt: 99_000,
            updatedAt: 0,
            createdBy: '',
            comment: '',
          },
        ],
        until: 60,
        told: [],
      },
    ],
    [
      'a target that is told at once is muted when it comes',
      {
        routes: DOWN.replace(', group_by: [rule]', ''),
        alerts: ['0 slow', '1 down', '2 slow', '302 slow'],
        until: 999,
        told: ['0 alert slow', '1 alert down', '302 alert slow'],
      },
    ],
  ])('%s', (_, given) => expect(run(given)).toEqual(given.told));
});

describe('inhibition, unlike in Alertmanager', () => {
  it.each([
    ['source_matchers: [], target_matchers: [rule=a]', '/inhibit_rules/0/source_matchers'],
    ['source_matchers: [rule=a], target_matchers: []', '/inhibit_rules/0/target_matchers'],
    ['source_matchers: [rule=a]', '/inhibit_rules/0'],
  ])('a rule must say what it is about: %s', (rule, item) => expect(issuesOf(routes(rule))).toEqual([expect.stringMatching(`^${item}: `)]));
  it('an alert that was withdrawn mutes nothing', () => {
    const { inhibitRules } = routingOf(DOWN);
    expect(inhibitionKeys(inhibitRules, { ...alertOf('down'), tags: ['withdrawn'] }).asSource).toEqual([]);
    expect(inhibitionKeys(inhibitRules, alertOf('down')).asSource).toHaveLength(2);
  });
  it('labels must be known', () =>
    expect(issuesOf(routes('source_matchers: [rule=a], target_matchers: [rule=b], equal: [instance]'))).toEqual([
      expect.stringContaining('/inhibit_rules/0/equal/0: names "instance"'),
    ]));
  it('names must be unique: sources are remembered by them', () => {
    const rule = '{ name: n, source_matchers: [rule=a], target_matchers: [rule=b] }';
    expect(issuesOf(`route: { receiver: r }\ninhibit_rules: [${rule}, ${rule}]`)).toEqual([
      expect.stringContaining('/inhibit_rules/1/name: is the name of'),
    ]);
  });
});
