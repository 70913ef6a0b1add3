import { describe, expect, it } from '@jest/globals';
import { alertOf, printTold, run, type Case } from './spec-cases.ts';
import { routingOf } from '../spec-routing.ts';
import { Timeline } from './spec-timeline.ts';

const every = (seconds: number, until: number, ...rules: readonly string[]) =>
  Array.from({ length: Math.floor(until / seconds) + 1 }, (_, index) => `${index * seconds} ${rules.join(' ')}`);
const grouped = (settings: string) => `global: { resolve_timeout: 5m }\nroute: { receiver: r, group_by: [namespace], ${settings} }`;

describe('groups, as in Alertmanager', () => {
  it.each<[string, Case]>([
    ['the first notification waits for group_wait and has all that came', { alerts: ['0 a', '10 b'], until: 60, told: ['30 group a b'] }],
    [
      'what comes later waits for group_interval',
      { alerts: ['0 a', '40 b', '200 a'], until: 700, told: ['30 group a', '330 new-alerts a b'] },
    ],
    [
      'group_interval counts from the flush',
      { alerts: [...every(100, 900, 'a'), '990 a b', '1100 a'], until: 1300, told: ['30 group a', '1230 new-alerts a b'] },
    ],
    ['what goes on is not told again', { alerts: every(100, 3600, 'a'), until: 3600, told: ['30 group a'] }],
    [
      'but after repeat_interval it is',
      {
        routes: grouped('repeat_interval: 10m'),
        alerts: every(100, 1300, 'a'),
        until: 1300,
        told: ['30 group a', '630 repeat a', '1230 repeat a'],
      },
    ],
    [
      'repeat_interval is looked at when the group is flushed',
      { routes: grouped('repeat_interval: 7m'), alerts: every(100, 900, 'a'), until: 900, told: ['30 group a', '630 repeat a'] },
    ],
    [
      'a new alert begins repeat_interval anew',
      {
        routes: grouped('repeat_interval: 10m'),
        alerts: [...every(100, 300, 'a'), '310 b', ...every(100, 1000, 'a b').slice(4)],
        until: 1000,
        told: ['30 group a', '330 new-alerts a b', '930 repeat a b'],
      },
    ],
    ['groups have their own times', { alerts: ['0 a@prod', '10 b@test'], until: 60, told: ['30 group a', '40 group b'] }],
    [
      'no label makes one group',
      { routes: 'route: { receiver: r, group_by: [] }', alerts: ['0 a@prod', '10 b@test'], until: 60, told: ['30 group a b'] },
    ],
    [
      '... makes a group of every set',
      { routes: "route: { receiver: r, group_by: ['...'] }", alerts: ['0 a b', '5 a'], until: 60, told: ['30 group a', '30 group b'] },
    ],
    [
      'group_wait may be nothing',
      { routes: grouped('group_wait: 0s'), alerts: ['5 a', '6 b'], until: 400, told: ['5 group a', '305 new-alerts b'] },
    ],
    ['a group without active alerts ends, and begins anew', { alerts: ['0 a', '400 b'], until: 1000, told: ['30 group a', '430 group b'] }],
    [
      'settings are inherited',
      {
        routes: `route:\n  receiver: r\n  group_by: [namespace]\n  group_wait: 1m\n  routes: [{ matchers: [rule=a], receiver: x, group_wait: 5s }, { matchers: [rule=b] }]`,
        alerts: ['0 a b c'],
        until: 100,
        told: ['5 x: group a', '60 group b', '60 group c'],
      },
    ],
    [
      'continue makes a group of each route',
      {
        routes: `route:\n  receiver: r\n  group_by: [namespace]\n  routes: [{ matchers: [rule=a], receiver: x, continue: true }, { matchers: [rule=~"a|b"], receiver: y }]`,
        alerts: ['0 a b c'],
        until: 100,
        told: ['30 x: group a', '30 y: group a b', '30 group c'],
      },
    ],
  ])('%s', (_, given) => expect(run(given)).toEqual(given.told));
});

describe('groups, unlike in Alertmanager', () => {
  it.each<[string, Case]>([
    [
      'without group_by each alert is told at once',
      { routes: 'route: { receiver: r }', alerts: ['0 a a', '1 b'], until: 9, told: ['0 alert a', '0 alert a', '1 alert b'] },
    ],
    [
      'group_by: none ends what is inherited',
      {
        routes: 'route: { receiver: r, group_by: [rule], routes: [{ matchers: [rule=a], group_by: none, receiver: x }] }',
        alerts: ['0 a b'],
        until: 60,
        told: ['0 x: alert a', '30 group b'],
      },
    ],
    [
      'an alert that is over before group_wait is told',
      { routes: grouped('group_wait: 10m'), alerts: ['0 a'], until: 700, told: ['600 group a'] },
    ],
    ['that an alert is over is not told', { alerts: ['0 a'], until: 10_000, told: ['30 group a'] }],
    [
      'what comes back after it was over is news, although the group goes on',
      {
        alerts: ['0 a b', '200 b', '400 b', '600 b', '700 a', '800 b'],
        until: 1000,
        told: ['30 group a b', '930 new-alerts b a'],
      },
    ],
  ])('%s', (_, given) => expect(run(given)).toEqual(given.told));

  const routing = routingOf('route: { receiver: r, group_by: [namespace] }');
  const tell = (arrivals: readonly (readonly [at: number, alert: ReturnType<typeof alertOf>])[], until: number) =>
    new Timeline(routing).run(
      arrivals.map(([at, alert]) => ({ at: at * 1000, alert })),
      until * 1000,
    );

  it('an alert whose user is known now takes the place of what it was, and is news', () => {
    const told = tell(
      [
        [0, alertOf('a', { user: '' })],
        [40, alertOf('a', { user: 'jane', update: true })],
      ],
      400,
    );
    expect(told.map(printTold)).toEqual(['30 group a', '330 new-alerts a']);
    expect(told[1]?.total).toBe(1);
  });
  it('and is not told twice if both come before the first notification', () => {
    const [first, ...more] = tell(
      [
        [0, alertOf('a', { user: '' })],
        [10, alertOf('a', { user: 'jane', update: true })],
      ],
      400,
    );
    expect([first?.total, more]).toEqual([1, []]);
  });
  it('an alert that no longer holds is news of the same alert', () => {
    const told = tell(
      [
        [0, alertOf('a')],
        [40, alertOf('a', { update: true })],
      ],
      400,
    );
    expect(told.map(printTold)).toEqual(['30 group a', '330 new-alerts a']);
  });
  it('an alert that was raised while no router ran has waited already', () => {
    const late = { ...alertOf('a'), whoran: { ...alertOf('a').whoran, raisedAt: '1970-01-01T00:00:00Z' } };
    expect(tell([[3600, late]], 4000).map(printTold)).toEqual(['3600 group a']);
  });
});

describe('a group of very many alerts', () => {
  const routing = routingOf('route: { receiver: r, group_by: [namespace] }');
  const flood = (count: number, size = 1) =>
    Array.from({ length: count }, (_, index) => ({ at: index, alert: { ...alertOf(`rule ${index}`), output: 'x'.repeat(size) } }));

  it('shows the first hundred and has the number of all', () => {
    const [told] = new Timeline(routing).run(flood(1200), 60_000);
    expect(told?.alerts.map(({ rule }) => rule)).toEqual(Array.from({ length: 100 }, (_, index) => `rule ${index}`));
    expect(told?.total).toBe(1200);
  });
  it('shows one at least, however long', () => {
    const [told] = new Timeline(routing).run(flood(3, 900_000), 60_000);
    expect([told?.alerts.map(({ rule }) => rule), told?.total]).toEqual([['rule 0'], 3]);
  });
  it('shows what is new before what was told', () => {
    const later = Array.from({ length: 150 }, (_, index) => ({ at: 40_000 + index, alert: alertOf(`later ${index}`) }));
    const [, told] = new Timeline(routing).run([...flood(120), ...later], 340_000);
    expect(told?.alerts.map(({ rule }) => rule)).toEqual(Array.from({ length: 100 }, (_, index) => `later ${index}`));
  });
});
