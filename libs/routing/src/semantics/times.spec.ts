import { describe, expect, it } from '@jest/globals';
import { issuesOf, routingOf } from '../spec-routing.ts';
import { isActiveAt } from '../times/time-interval.ts';
import { alertOf } from './spec-cases.ts';
import { Timeline } from './spec-timeline.ts';

const file = (interval: string) => `route: { receiver: r }\ntime_intervals: [{ name: t, time_intervals: [${interval}] }]`;

function holds(interval: string, at: string): boolean | undefined {
  const named = routingOf(file(interval)).timeIntervals.get('t');
  return named && isActiveAt(named, Date.parse(at));
}

describe('time intervals, as in Alertmanager', () => {
  it.each([
    ['{}', '2026-01-31T10:00:00Z', true],
    ["{ times: [{ start_time: '09:00', end_time: '17:00' }] }", '2026-01-31T09:00:00Z', true],
    ["{ times: [{ start_time: '09:00', end_time: '17:00' }] }", '2026-01-31T16:59:59Z', true],
    ["{ times: [{ start_time: '09:00', end_time: '17:00' }] }", '2026-01-31T17:00:00Z', false],
    ["{ times: [{ start_time: '22:00', end_time: '24:00' }, { start_time: '00:00', end_time: '06:00' }] }", '2026-01-31T23:59:59Z', true],
    ["{ weekdays: ['monday:friday'] }", '2026-01-30T10:00:00Z', true],
    ["{ weekdays: ['monday:friday'] }", '2026-01-31T10:00:00Z', false],
    ["{ weekdays: ['Saturday', sunday] }", '2026-02-01T10:00:00Z', true],
    ["{ days_of_month: ['1:5'] }", '2026-02-05T23:59:00Z', true],
    ["{ days_of_month: ['1:5'] }", '2026-02-06T00:00:00Z', false],
    ["{ days_of_month: ['-3:-1'] }", '2026-02-26T00:00:00Z', true],
    ["{ days_of_month: ['-3:-1'] }", '2026-02-25T23:59:00Z', false],
    ["{ days_of_month: ['-1'] }", '2028-02-29T10:00:00Z', true],
    ["{ days_of_month: ['31'] }", '2026-02-28T10:00:00Z', false],
    ["{ days_of_month: ['29:31'] }", '2026-02-28T10:00:00Z', false],
    ["{ days_of_month: ['25:31'] }", '2026-02-28T10:00:00Z', true],
    ["{ days_of_month: ['15:-1'] }", '2026-02-28T10:00:00Z', true],
    ["{ months: ['may:august'] }", '2026-08-31T10:00:00Z', true],
    ["{ months: ['5:8', December] }", '2026-12-31T10:00:00Z', true],
    ["{ months: ['5:8'] }", '2026-09-01T00:00:00Z', false],
    ["{ years: ['2026:2027', '2030'] }", '2030-06-01T00:00:00Z', true],
    ["{ years: ['2026:2027'] }", '2028-06-01T00:00:00Z', false],
    ["{ weekdays: [monday], times: [{ start_time: '09:00', end_time: '10:00' }] }", '2026-02-02T09:30:00Z', true],
    ["{ weekdays: [monday], times: [{ start_time: '09:00', end_time: '10:00' }] }", '2026-02-03T09:30:00Z', false],
    ['{ weekdays: [monday] }, { weekdays: [tuesday] }', '2026-02-03T09:30:00Z', true],
  ])('%s at %s: %s', (interval, at, is) => expect(holds(interval, at)).toBe(is));

  describe('time zones', () => {
    const nine = (location: string) => `{ location: ${location}, times: [{ start_time: '09:00', end_time: '10:00' }] }`;
    it.each([
      [nine('Europe/Berlin'), '2026-01-15T08:30:00Z', true],
      [nine('Europe/Berlin'), '2026-07-15T07:30:00Z', true],
      [nine('Europe/Berlin'), '2026-07-15T08:30:00Z', false],
      [nine('Asia/Kolkata'), '2026-07-15T03:30:00Z', true],
      [nine('America/New_York'), '2026-03-08T13:30:00Z', true],
      ['{ location: Pacific/Auckland, weekdays: [monday] }', '2026-02-01T11:30:00Z', true],
      ["{ location: Pacific/Kiritimati, days_of_month: ['1'], months: [january], years: ['2027'] }", '2026-12-31T10:30:00Z', true],
      ["{ location: Europe/Berlin, times: [{ start_time: '02:00', end_time: '03:00' }] }", '2026-03-29T01:30:00Z', false],
      ["{ location: Europe/Berlin, times: [{ start_time: '02:00', end_time: '03:00' }] }", '2026-10-25T01:30:00Z', true],
      ["{ location: Europe/Berlin, times: [{ start_time: '00:00', end_time: '00:01' }] }", '2026-07-14T22:00:30Z', true],
    ])('%s at %s: %s', (interval, at, is) => expect(holds(interval, at)).toBe(is));
  });

  it.each([
    ["{ times: [{ start_time: '9:00', end_time: '17:00' }] }", 'needs times of day such as 09:00'],
    ["{ times: [{ start_time: '09:00', end_time: '24:01' }] }", 'needs times of day'],
    ["{ times: [{ start_time: '22:00', end_time: '06:00' }] }", 'ends before it begins: write two'],
    ["{ times: [{ start_time: '09:00' }] }", 'end_time'],
    ["{ weekdays: ['friday:monday'] }", 'ends before it begins: "friday:monday"; write two'],
    ['{ weekdays: [freitag] }', 'is not a day of the week'],
    ["{ weekdays: ['1:5'] }", 'is not a day of the week'],
    ["{ days_of_month: ['0'] }", 'is not a day of the month'],
    ["{ days_of_month: ['32'] }", 'is not a day of the month'],
    ["{ days_of_month: ['-1:3'] }", 'goes from the end of a month to its beginning'],
    ["{ days_of_month: ['5:1'] }", 'ends before it begins'],
    ["{ days_of_month: ['1:2:3'] }", 'is not a day of the month'],
    ["{ months: ['13'] }", 'is not a month'],
    ["{ months: ['august:may'] }", 'ends before it begins'],
    ["{ years: ['MMXXVI'] }", 'is not a year'],
    ['{ location: Mars/Olympus }', 'is no time zone: "Mars/Olympus"; write one such as Europe/Berlin'],
    ['{ weekdays: [] }', '/weekdays: '],
  ])('refuses %s', (interval, message) => expect(issuesOf(file(interval))).toEqual([expect.stringContaining(message)]));
});

describe('mute and active times, as in Alertmanager', () => {
  const intervals = `
time_intervals:
  - { name: first, time_intervals: [{ times: [{ start_time: '00:00', end_time: '00:10' }] }] }
  - { name: second, time_intervals: [{ times: [{ start_time: '00:10', end_time: '00:20' }] }] }`;
  const told = (route: string, minutes: readonly number[], until = 60) => {
    const routing = routingOf(`route: { receiver: r, routes: [{ receiver: x, group_by: [], ${route} }] }${intervals}`);
    const arrivals = minutes.map((minute) => ({ at: minute * 60_000, alert: alertOf('a') }));
    return new Timeline(routing).run(arrivals, until * 60_000).map(({ at, reason }) => `${at / 60_000} ${reason}`);
  };
  const steady = [0, 3, 6, 9, 12, 15, 18, 21, 24];
  it.each([
    ['nobody is told in a mute time; what goes on is told after it', 'mute_time_intervals: [first]', steady, ['10.5 group']],
    ['nobody is told outside of active times', 'active_time_intervals: [second]', steady, ['10.5 group']],
    ['any active time will do', 'active_time_intervals: [first, second]', steady, ['0.5 group']],
    [
      'mute times weigh more than active times',
      'active_time_intervals: [first, second], mute_time_intervals: [first]',
      steady,
      ['10.5 group'],
    ],
    ['what is over before the end of a mute time is not told', 'mute_time_intervals: [first]', [0, 1], []],
    ['they are not inherited', 'mute_time_intervals: [first], routes: [{ matchers: [rule=a] }]', [0], ['0.5 group']],
  ])('%s', (_, route, minutes, result) => expect(told(route, minutes)).toEqual(result));
});
