import { describe, expect, it } from '@jest/globals';
import { err, ok, parseInstant } from '@whoran/kernel';
import fc from 'fast-check';
import { parseGoTime } from './go-time.ts';

const unlike = (text: string, rest: string, part: string): string =>
  `parsing time "${text}" as "2006-01-02T15:04:05.999999999Z07:00": cannot parse "${rest}" as "${part}"`;

describe('the times of audit events', () => {
  it.each([
    ['2026-02-03T12:00:00.012345678Z', 1_770_120_000_012_345_678n],
    ['2026-02-03T12:00:00,5Z', 1_770_120_000_500_000_000n],
    ['2026-02-03T13:00:00+01:00', 1_770_120_000_000_000_000n],
    ['2026-02-03T4:00:00-08:00', 1_770_120_000_000_000_000n],
    ['2024-02-29T00:00:00.0000000019Z', 1_709_164_800_000_000_001n],
    ['1969-12-31T23:59:59.9Z', -100_000_000n],
  ])('are read from %s', (text, nanos) => expect(parseGoTime(text)).toEqual(ok(nanos)));

  it.each([
    ['12:00:00Z', unlike('12:00:00Z', '12:00:00Z', '2006')],
    ['2026-2-03T12:00:00Z', unlike('2026-2-03T12:00:00Z', '2-03T12:00:00Z', '01')],
    ['2026-02-03T12:00Z', unlike('2026-02-03T12:00Z', 'Z', ':')],
    ['2026-02-03T12:00:00', unlike('2026-02-03T12:00:00', '', 'Z07:00')],
    ['2026-02-03T12:00:00Z!', 'parsing time "2026-02-03T12:00:00Z!": extra text: "!"'],
    ['2026-13-03T12:00:00Z', 'parsing time "2026-13-03T12:00:00Z": month out of range'],
    ['2026-02-29T12:00:00Z', 'parsing time "2026-02-29T12:00:00Z": day out of range'],
    ['2026-02-03T24:00:00Z', 'parsing time "2026-02-03T24:00:00Z": hour out of range'],
    ['2026-02-03T12:00:00+25:00', 'parsing time "2026-02-03T12:00:00+25:00": time zone offset hour out of range'],
    ['"ü', unlike(String.raw`\"\xc3\xbc`, String.raw`\"\xc3\xbc`, '2006')],
  ])('are refused as in Go: %s', (text, error) => expect(parseGoTime(text)).toEqual(err(error)));

  it('agree with ours', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date('1700-01-01'), max: new Date('2200-01-01'), noInvalidDate: true }), (date) => {
        expect(parseGoTime(date.toISOString())).toEqual(ok(parseInstant(date.toISOString())));
      }),
    );
  });
});
