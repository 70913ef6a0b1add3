import { describe, expect, it } from '@jest/globals';
import { millisOfNanos, nanosOfMillis, parseInstant, printInstant } from '@whoran/kernel';
import fc from 'fast-check';

const FIRST = -62_167_219_200_000_000_000n;
const LAST = 253_402_300_799_999_999_999n;

describe('an instant', () => {
  it('is read as it was written, to the nanosecond', () => {
    fc.assert(fc.property(fc.bigInt(FIRST, LAST), (instant) => expect(parseInstant(printInstant(instant))).toBe(instant)));
  });

  it('is the same in every zone', () => {
    const zone = fc.constantFrom<[string, number]>(['Z', 0], ['z', 0], ['+00:00', 0], ['+02:00', 120], ['-0530', -330], ['+14:00', 840]);
    fc.assert(
      fc.property(fc.bigInt(0n, 4_000_000_000n), zone, (seconds, [suffix, minutes]) => {
        const local = printInstant((seconds + BigInt(minutes * 60)) * 1_000_000_000n).slice(0, 19);
        expect(parseInstant(`${local}${suffix}`)).toBe(seconds * 1_000_000_000n);
      }),
    );
  });

  it.each<[string, bigint | undefined]>([
    ['2026-01-01T10:00:00Z', 1_767_261_600_000_000_000n],
    ['2026-01-01T10:00:00.1Z', 1_767_261_600_100_000_000n],
    ['2026-01-01t10:00:00.123456789+00:00', 1_767_261_600_123_456_789n],
    ['2026-01-01T10:00:00.1234567899999Z', 1_767_261_600_123_456_789n],
    ['1969-12-31T23:59:59.5Z', -500_000_000n],
    ['2024-02-29T00:00:00Z', 1_709_164_800_000_000_000n],
    ['2026-02-29T00:00:00Z', undefined],
    ['2026-02-30T00:00:00Z', undefined],
    ['2026-04-31T23:00:00+02:00', undefined],
    ['2026-13-01T00:00:00Z', undefined],
    ['2026-01-01T25:00:00Z', undefined],
    ['2026-01-01T10:00:00', undefined],
    ['2026-01-01 10:00:00Z', undefined],
    ['2026-01-01T10:00:00Z ', undefined],
    ['2026-01-01T10:00:00.Z', undefined],
    ['1767261600', undefined],
    ['', undefined],
  ])('%j is %p', (text, instant) => expect(parseInstant(text)).toBe(instant));

  it.each([
    [-1n, '1969-12-31T23:59:59.999999999Z'],
    [LAST + 1n, '9999-12-31T23:59:59.999999999Z'],
    [10n ** 40n, '9999-12-31T23:59:59.999999999Z'],
    [FIRST - 1n, '0000-01-01T00:00:00.000000000Z'],
    [18_446_744_073_709_551_615n, '2554-07-21T23:34:33.709551615Z'],
  ])('%p is written as %s, whoever made it up', (instant, text) => expect(printInstant(instant)).toBe(text));

  it('reads nothing from any other text, and never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => expect(typeof parseInstant(text)).toMatch(/undefined|bigint/)));
  });

  it('becomes milliseconds and comes back, to the millisecond', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000_000 }), (millis) => expect(millisOfNanos(nanosOfMillis(millis))).toBe(millis)),
    );
    expect(nanosOfMillis(1.5)).toBe(1_500_000n);
  });
});
