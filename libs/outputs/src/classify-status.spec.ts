import { describe, expect, it } from '@jest/globals';
import { classifyStatus, parseRetryAfter } from '@whoran/outputs';

describe('an HTTP status', () => {
  it.each([
    [200, 'delivered'],
    [202, 'delivered'],
    [204, 'delivered'],
    [301, 'refused'],
    [307, 'refused'],
    [400, 'refused'],
    [401, 'refused'],
    [404, 'refused'],
    [408, 'retry'],
    [409, 'refused'],
    [413, 'refused'],
    [425, 'retry'],
    [429, 'retry'],
    [500, 'retry'],
    [503, 'retry'],
    [599, 'retry'],
    [101, 'refused'],
  ])('%i means %s', (status, kind) => expect(classifyStatus(status).kind).toBe(kind));
  it('passes Retry-After on only where trying again makes sense', () => {
    expect(classifyStatus(429, 5000)).toEqual({ kind: 'retry', error: 'answered 429', retryAfter: 5000 });
    expect(classifyStatus(400, 5000)).toEqual({ kind: 'refused', error: 'answered 400' });
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-01-01T10:00:00Z');
  it.each([
    ['7', 7000],
    ['0', 0],
    ['Thu, 01 Jan 2026 10:00:30 GMT', 30_000],
    ['Thu, 01 Jan 2026 09:00:00 GMT', 0],
    ['-1', undefined],
    ['1e9', undefined],
    ['soon', undefined],
    ['', undefined],
    [['1', '2'], undefined],
    [undefined, undefined],
  ])('%j is %p milliseconds', (header, millis) => expect(parseRetryAfter(header, now)).toBe(millis));
});
