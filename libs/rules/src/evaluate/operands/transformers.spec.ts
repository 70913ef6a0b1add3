import { describe, expect, it } from '@jest/globals';
import { specCompile, specError, specEvent } from '../spec-catalog.ts';
import { decodeBase64 } from './base64.ts';
import { readOptions, selectOption } from './getopt.ts';

describe('transformers', () => {
  const event = specEvent({
    'text.a': 'Mixed É',
    'path.a': '/usr/bin/Cat',
    'text.code': 'cGFzc3dvcmQ=',
    'text.empty': '',
    'bytes.a': Buffer.of(1, 2, 3),
    'number.a': -5,
    'flag.a': true,
    'address.a': { family: 4, value: 0x0a000001n },
    'list.text_a': ['One', 'Two'],
    'list.text_code': ['eA==', 'eQ'],
  });

  it.each([
    ['tolower(text.a) = "mixed É"', true],
    ['toupper(path.a) endswith CAT', true],
    ['basename(path.a) = Cat', true],
    ['basename(text.empty) = ""', true],
    ['b64(text.code) = password', true],
    ['b64(text.a) exists', false],
    ['len(text.a) = 8', true],
    ['len(bytes.a) >= 3', true],
    ['len(list.text_a) = 2', true],
    ['len(text.gone) exists', false],
    ['tolower(basename(path.a)) = cat', true],
    ['tolower(list.text_a) in (one, two)', true],
    ['tolower(list.text_a) intersects (two)', true],
    ['b64(list.text_code) in (x, y)', true],
    ['b64(list.text_a) exists', false],
    ['concat(text.empty, "<", text.a) = "<Mixed É"', true],
    ['concat(text.a, text.gone) exists', false],
    ['join("+", (number.a, flag.a, address.a, list.text_a)) = "-5+true+10.0.0.1+(One,Two)"', true],
    ['join(path.a, ()) = ""', true],
    ['join("", ("x", text.gone)) exists', false],
    ['len(concat("ab", "c")) = 3', true],
    ['path.a = val(path.a)', true],
    ['text.a = tolower(text.a)', false],
    ['text.a contains concat("i", "x")', true],
    ['number.a < len(text.a)', undefined],
    ['getopt(("-v", "-o", "file"), "vo:") in (v, o, file)', true],
    ['getopt(("-v", "-o", "file"), "vo:")[o] = file', true],
    ['getopt(("x"), "v")[v] exists', false],
  ])('%s: %s', (text, expected) => {
    if (expected === undefined) expect(specError(text)).toContain("has incompatible type 'UINT64'");
    else expect(specCompile(text).matches(event)).toBe(expected);
  });

  it.each([
    [
      'tolower(number.a) = x',
      "can't add field transformer: type 'INT64' is not supported by 'tolower' transformer applied on field 'number.a'",
    ],
    ['b64(path.a) = x', "can't add field transformer: type 'FSPATH' is not supported by 'b64' transformer applied on field 'path.a'"],
    ['len(number.a) = 1', "can't add field transformer: type 'INT64' is not supported by 'len' transformer applied on field 'number.a'"],
    [
      'tolower(list.number_a) exists',
      "can't add field transformer: type 'INT64' is not supported by 'tolower' transformer applied on list field 'list.number_a'",
    ],
    ['tolower(any.text_a) = x', "field 'any.text_a' does not support transformers"],
    ['tolower(text.a)[x] = x', "filter error: transformer 'tolower' does not support field arguments"],
    ['text.a = val(text.b)[x]', "filter error: transformer 'val' does not support field arguments"],
    ['concat(text.a) = x', "unknown field transfomer 'concat'"],
    ['tolower(text.a, text.b) = x', 'unknown multivalue transformer'],
    ['concat(text.a, number.a) = x', 'concat() arguments must be strings'],
    ['join(list.text_a, ("x")) = x', 'join() first argument (separator) must be a single value, not a list'],
    ['join("x", text.a) = x', 'join() second argument must be a list'],
    ['join("x", ("y"), "z") = x', 'join() requires exactly 2 arguments: separator and list'],
    ['join("x", ("y"))[z] = x', "transformer 'join' does not support field arguments"],
    ['getopt(text.a, "x") exists', 'getopt() first argument must be a list'],
    ['getopt(("x"), ("x")) exists', 'getopt() second argument (optstring) must be a single value'],
    ['getopt(("x"), "x", "x") exists', 'getopt() requires exactly 2 arguments: args list and optstring'],
    ['getopt(list.number_a, "x") exists', 'getopt() arguments must be strings'],
    ['getopt(("x"), "x")[xy] exists', 'getopt() field argument must be a single option character'],
    ['tolower(nothing.here) = x', 'filter_check called with nonexistent field nothing.here'],
    ['join("x", (nothing.here)) = x', 'filter_check called with nonexistent field nothing.here'],
    [
      'text.a = val(number.a)',
      "field 'text.a' has type 'CHARBUF' while the right-hand side field 'number.a' has incompatible type 'INT64'",
    ],
    [
      'text.a in val(list.text_a)',
      "field 'text.a' has type 'CHARBUF' while the right-hand side field 'list.text_a' has incompatible type 'CHARBUF (list)'",
    ],
    ['text.a regex val(text.b)', "operator 'REGEX' doesn't support right-hand side fields"],
    ['text.a pmatch val(text.b)', "operator 'PMATCH' doesn't support right-hand side fields"],
    ['network.a = val(network.b)', "field type 'IPNET' doesn't support right-hand side fields"],
    ['any.text_a = val(text.b)', "field 'any.text_a' doesn't support right-hand side fields"],
    ['text.a = val(any.text_a)', "field 'any.text_a' can't be used as a right-hand side field"],
  ])('refuses %s', (text, error) => {
    expect(specError(text)).toBe(error);
  });
});

describe('base64', () => {
  it.each([
    ['', ''],
    ['eA==', 'x'],
    ['eA', 'x'],
    ['eHk=', 'xy'],
    ['eHl6', 'xyz'],
    ['eHl6==', 'xyz'],
  ])('decodes %j', (text, decoded) => {
    expect(decodeBase64(text)?.toString()).toBe(decoded);
  });

  it.each(['=', '==', 'e', 'eB==', 'eHm=', 'eH l6', 'eA===', 'e-_6'])('refuses %j', (text) => {
    expect(decodeBase64(text)).toBeUndefined();
  });
});

describe('getopt', () => {
  const flat = (words: readonly string[], options: string) =>
    readOptions(words, options).flatMap(({ name, value }) => (value === undefined ? [name] : [name, value]));

  it.each([
    [['-ab', 'rest', '-c'], 'abc', ['a', 'b']],
    [['-ofile', '-o', 'next'], 'o:', ['o', 'file', 'o', 'next']],
    [['-x', '-a'], 'a', ['?', 'a']],
    [['-a', '--', '-b'], 'ab', ['a']],
    [['--long', '-a'], 'a', ['a']],
    [['-', '-a'], 'a', []],
    [['-o'], ':o:', ['']],
    [['-:'], ':a', ['?']],
    [['-o', '-a'], 'o:a', ['o', '-a']],
    [[], 'a', []],
  ] as const)('%j with %s', (words, options, expected) => {
    expect(flat(words, options)).toEqual(expected);
  });

  it('selects the last of several', () => {
    const found = readOptions(['-t', '1', '-v', '-t', '2'], 't:v');
    expect([selectOption(found, 't'), selectOption(found, 'v'), selectOption(found, 'x')]).toEqual(['2', 'v', undefined]);
  });
});
