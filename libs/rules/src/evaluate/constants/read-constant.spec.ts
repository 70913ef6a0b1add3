import { describe, expect, it } from '@jest/globals';
import { isEventType } from './event-type-names.ts';
import { readPort } from './ports.ts';
import { readConstant } from './read-constant.ts';

describe('constants', () => {
  it('counts the bytes of texts', () => {
    const longest = 'é'.repeat(127);
    expect(readConstant(`${longest}a`, 'CHARBUF', '=')).toEqual({ ok: true, value: `${longest}a` });
    const error = `filter parameter too long (used=257, available=256):${longest}ab`;
    expect(readConstant(`${longest}ab`, 'FSPATH', 'in')).toEqual({ ok: false, error });
    expect(readConstant(`${longest}ab`, 'BYTEBUF', '=')).toEqual({ ok: false, error: 'filter parameter too long (byte buf)' });
  });

  it('takes a zero byte for buffers only', () => {
    const error = 'filter error: filter value cannot contain a NUL byte (\\x00)';
    expect(readConstant('a\0', 'CHARBUF', '=')).toEqual({ ok: false, error });
    expect(readConstant('a\0', 'INT64', '=')).toEqual({ ok: false, error });
    expect(readConstant('a\0', 'BYTEBUF', '=')).toEqual({ ok: true, value: Buffer.of(97, 0) });
  });

  it('reads hexadecimal bytes for the operators of bytes', () => {
    expect(readConstant('00fF', 'BYTEBUF', 'bcontains')).toEqual({ ok: true, value: Buffer.of(0, 255) });
    const error = 'filter error: bcontains and bstartswith operator support hex strings only';
    for (const text of ['0', '0g', 'xyz']) expect(readConstant(text, 'BYTEBUF', 'bstartswith')).toEqual({ ok: false, error });
  });

  it('reads truth and real numbers', () => {
    expect(readConstant('true', 'BOOL', '=')).toEqual({ ok: true, value: true });
    expect(readConstant('yes', 'BOOL', '=')).toEqual({ ok: false, error: 'filter error: unrecognized boolean value yes' });
    expect(readConstant('-1.5e+3', 'DOUBLE', '=')).toEqual({ ok: true, value: -1500 });
    expect(readConstant('NaN', 'DOUBLE', '=')).toEqual({ ok: false, error: 'NaN is not a valid number' });
  });
});

describe('ports', () => {
  it.each([
    ['', 0],
    ['443', 443],
    ['65537', 1],
    ['00022', 22],
    ['https', 443],
    ['postgresql', 5432],
  ])('reads %j', (text, value) => {
    expect(readPort(text)).toEqual({ ok: true, value });
  });

  it.each(['-1', ' 22', '2_2', 'constructor', '__proto__', 'HTTP'])('refuses %j', (text) => {
    expect(readPort(text)).toEqual({ ok: false, error: `unrecognized protocol ${text}` });
  });

  it('refuses what no number of C holds', () => {
    expect(readPort('2147483648')).toEqual({ ok: false, error: 'stoi' });
  });
});

describe('event types', () => {
  it('are those of Falco', () => {
    expect(['execve', 'openat2', 'connect', 'container'].map(isEventType)).toEqual([true, true, true, true]);
    expect(['EXECVE', '', 'constructor', 'no-such'].map(isEventType)).toEqual([false, false, false, false]);
  });
});
