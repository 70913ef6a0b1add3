import { describe, expect, it } from '@jest/globals';
import { issuesOf, routingOf } from '../spec-routing.ts';
import { durationOf, printDuration } from './durations.ts';

const receivers = (text: string) => `route: { receiver: a }\nreceivers: [${text}]`;

describe('a routes file', () => {
  it('has defaults', () => {
    const { root, resolveTimeout, receivers: all, inhibitRules } = routingOf('route: { receiver: r }');
    expect(root).toEqual({
      id: '{}',
      matchers: [],
      receiver: 'r',
      continue: false,
      groupWait: 30_000,
      groupInterval: 300_000,
      repeatInterval: 14_400_000,
      muteTimeIntervals: [],
      activeTimeIntervals: [],
      routes: [],
    });
    expect([resolveTimeout, inhibitRules]).toEqual([300_000, []]);
    expect(all).toEqual([
      {
        name: 'r',
        at: '/receivers/0',
        kind: 'stdout',
        settings: {},
        escalateAfter: 120_000,
        limits: { size: 1000, concurrency: 4, deadline: 300_000 },
      },
    ]);
  });
  it('says what receivers have beside their kind', () => {
    const text =
      '{ name: a, stdout: {}, rate_limit: { limit: 20 }, on_failure: b, escalate_after: 30s, queue: { deadline: 1h30m } }, { name: b, stdout: {} }';
    expect(routingOf(receivers(text)).receivers[0]).toEqual(
      expect.objectContaining({
        rateLimit: { limit: 20, per: 60_000 },
        onFailure: 'b',
        escalateAfter: 30_000,
        limits: { size: 1000, concurrency: 4, deadline: 5_400_000 },
      }),
    );
  });
  it.each([
    ['{ name: a, stdout: {}, on_failure: x }', ['/receivers/0/on_failure: names the receiver "x", which receivers does not have']],
    ['{ name: a, stdout: {}, on_failure: a }', ['/receivers/0/on_failure: leads back to this receiver']],
    [
      '{ name: a, stdout: {}, on_failure: b }, { name: b, stdout: {}, on_failure: a }',
      ['/receivers/0/on_failure: leads back', '/receivers/1/on_failure: leads back'],
    ],
    ['{ name: a }', ['/receivers/0: needs exactly one of stdout']],
    ['{ name: a, slak: {} }', ['/receivers/0/slak: is not a setting here']],
    ['{ name: a, stdout: {} }, { name: a, stdout: {} }', ['/receivers/1/name: is the name of another receiver too: "a"']],
    ['{ name: a, stdout: {}, rate_limit: { limit: 0 } }', ['/receivers/0/rate_limit/limit: must be >= 1']],
    ['{ name: a, stdout: {}, rate_limit: { limit: 5, per: 0s } }', ['/receivers/0/rate_limit/per: must be longer than 0s']],
    ['{ name: a, stdout: {}, queue: { deadline: 0s } }', ['/receivers/0/queue/deadline: must be longer than 0s']],
  ])('refuses %s', (text, messages) =>
    expect(issuesOf(receivers(text))).toEqual(messages.map((message) => expect.stringContaining(message))),
  );
  it('is told all problems of routes, inhibitions, times and receivers at once', () => {
    const issues = issuesOf(`route: { receiver: a, group_by: [x], routes: [{ matchers: [y] }] }
inhibit_rules: [{ source_matchers: [z], target_matchers: [rule=a] }]
time_intervals: [{ name: t, time_intervals: [{ weekdays: [x] }] }, { name: t, time_intervals: [{}] }]
receivers: [{ name: a }]`);
    expect(issues.map((issue) => issue.split(':')[0])).toEqual([
      '/route/group_by/0',
      '/route/routes/0/matchers/0',
      '/inhibit_rules/0/source_matchers/0',
      '/time_intervals/0/time_intervals/0/weekdays/0',
      '/time_intervals/1/name',
      '/receivers/0',
    ]);
  });
});

describe('a duration', () => {
  it.each([
    ['30s', 30_000],
    ['1h30m', 5_400_000],
    ['1w', 604_800_000],
    ['1d12h', 129_600_000],
    ['500ms', 500],
    ['1y2w3d4h5m6s7ms', 33_019_506_007],
  ])('%s is %d ms, and is written so', (text, millis) => {
    expect(durationOf(text, 0)).toBe(millis);
    expect(printDuration(millis)).toBe(text);
  });
  it('of nothing is 0s', () => expect(printDuration(0)).toBe('0s'));
  it.each(['', '5', 's', '5 m', '-5m', '5m1h', '1.5h', '5m5m', 'm5'])('is not %j', (text) =>
    expect(issuesOf(`route: { receiver: r, group_wait: "${text}" }`)).toEqual([expect.stringContaining('/route/group_wait: ')]),
  );
});
