import { describe, expect, it } from '@jest/globals';
import { clockFace, printSpan } from './clock-face.ts';

describe('times in tables', () => {
  it.each([
    ['UTC', '2026-07-01T22:30:15.123456789Z', '2026-07-01 22:30:15', '22:30:15.123', 'UTC'],
    ['Europe/Berlin', '2026-07-01T22:30:15.123456789Z', '2026-07-02 00:30:15', '00:30:15.123', 'Europe/Berlin'],
    ['nonsense/zone', '2026-01-01T00:00:00Z', '2026-01-01 00:00:00', '00:00:00.000', 'UTC'],
    ['UTC', 'soon', 'soon', 'soon', 'UTC'],
    ['UTC', undefined, '-', '-', 'UTC'],
  ])('%s: %s', (zone, instant, date, time, shownZone) => {
    const face = clockFace(zone);
    expect([face.date(instant), face.time(instant), face.zone]).toEqual([date, time, shownZone]);
  });

  it.each([
    ['2026-01-01T00:00:00Z', '2026-01-01T00:00:05Z', '5s'],
    ['2026-01-01T00:00:00Z', '2026-01-01T00:05:00Z', '5m'],
    ['2026-01-01T00:00:00Z', '2026-01-01T05:00:00Z', '5h'],
    ['2026-01-01T00:00:00Z', '2026-01-06T00:00:00Z', '5d'],
    ['2026-01-02T00:00:00Z', '2026-01-01T00:00:00Z', '0s'],
    ['x', '2026-01-01T00:00:00Z', '?'],
  ])('from %s to %s are %s', (from, to, span) => {
    expect(printSpan(from, to)).toBe(span);
  });
});
