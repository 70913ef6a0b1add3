import { describe, expect, it } from '@jest/globals';
import { escapeString, unescapeString } from './escape.ts';

describe('a constant', () => {
  it.each([
    ['bash', 'bash'],
    ['', ''],
    ['a b', '"a b"'],
    ['k=v', '"k=v"'],
    ['tab\t', '"tab\\t"'],
    ['C:\\x', '"C:\\\\x"'],
    ['say "hi"', '"say \\"hi\\""'],
    ["it's", '"it\'s"'],
    ['(x),y', '(x),y'],
  ])('%j is printed as %s', (value, expected) => {
    expect(escapeString(value)).toBe(expected);
  });

  it.each([
    ['"bash"', 'bash'],
    ["'a\\'b'", "a'b"],
    ['"\\b\\f\\n\\r\\t\\\\\\/"', '\b\f\n\r\t\\/'],
    ['"a\\ b"', 'a\\b'],
    ['"\\x41\\x7a"', 'Az'],
    ['"\\xc3\\xa9"', 'é'],
    ['"\\xff"', '\ufffd'],
    ['"\\\\x41"', '\\x41'],
    ['""', ''],
    ['"a\\"', 'a'],
  ])('%s is read as %j', (quoted, expected) => {
    expect(unescapeString(quoted)).toEqual({ ok: true, value: expected });
  });

  it.each([
    ['"\\q\\z"', 'unsupported string escape sequence: \\q'],
    ['"\\\'"', 'invalid \\\' escape in "-quoted string'],
    ["'\\\"'", 'invalid \\" escape in \'-quoted string'],
    ['"\\\u{1F600}"', 'unsupported string escape sequence: \\\u{1F600}'],
    ['"\\x4"', 'truncated hex char escape sequence'],
    ['"\\x"', 'truncated hex char escape sequence'],
    ['"\\x4g"', 'invalid hex char escape sequence: 4g'],
  ])('%s is refused: %s', (quoted, expected) => {
    expect(unescapeString(quoted)).toEqual({ ok: false, error: expected });
  });
});
