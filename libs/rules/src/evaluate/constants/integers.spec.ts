import { describe, expect, it } from '@jest/globals';
import { readInteger } from './integers.ts';

describe('integers are read as sscanf reads them', () => {
  it.each([
    ['7', 'INT64', 7],
    ['-7', 'INT64', -7],
    ['+7', 'UINT32', 7],
    [' \t7', 'INT32', 7],
    ['0042', 'UINT16', 42],
    ['256', 'UINT8', 0],
    ['257', 'FLAGS8', 1],
    ['200', 'INT8', -56],
    ['-1', 'UINT8', 255],
    ['-1', 'UINT32', 4_294_967_295],
    ['-1', 'UINT64', 18_446_744_073_709_551_615n],
    ['9223372036854775808', 'INT64', 9_223_372_036_854_775_807n],
    ['-9223372036854775809', 'PID', -9_223_372_036_854_775_808n],
    ['1790000000123456789', 'ABSTIME', 1_790_000_000_123_456_789n],
    ['9007199254740991', 'UINT64', 9_007_199_254_740_991],
    ['9007199254740993', 'UINT64', 9_007_199_254_740_993n],
    ['9'.repeat(100_000), 'UINT64', 18_446_744_073_709_551_615n],
    [`${'0'.repeat(100_000)}5`, 'INT32', 5],
  ] as const)('%.30s for %s', (text, type, value) => {
    expect(readInteger(text, type)).toEqual({ ok: true, value });
  });

  it.each(['', ' ', '-', '+', '7 ', '7x', '0x7', '7.0', '1e3', '--7', '７'])('refuses %j', (text) => {
    expect(readInteger(text, 'INT64')).toEqual({ ok: false, error: `${text} is not a valid number` });
  });
});
