import { describe, expect, it } from '@jest/globals';
import { compileCondition } from './compile.ts';
import { specCatalog, specCompile, specCondition, specError, specEvent } from './spec-catalog.ts';

const address = (value: bigint, family: 4 | 6 = 4) => ({ family, value });
const event = specEvent({
  'evt.type': 'openat',
  'text.a': 'Hello world',
  'text.b': '<NA>',
  'text.empty': '',
  'text.high': '\u{1f600}',
  'text.key[x]': 'with argument',
  'path.a': '/etc/ssl/private/key',
  'bytes.a': Buffer.from('GET /\xff', 'latin1'),
  'number.a': -22,
  'small.a': 200,
  'size.a': 1_790_000_000_123_456_789n,
  'real.a': 1.5,
  'port.a': 443,
  'flag.a': false,
  'address.a': address(0x0a010203n),
  'network.a': address(0x0a010203n),
  'list.text_a': ['x', 'y'],
  'list.size_a': [1, 2],
  'list.address_a': [address(1n), address(1n, 6)],
  'list.text_empty': [],
  'any.text_a': ['bash', 'sshd'],
  'ends.address_a': [address(0x0a000001n), address(0x0a000002n)],
  'ends.port_none': [],
});

describe('checks', () => {
  it.each([
    // What is absent satisfies nothing, and an empty text is not absent.
    ['text.none = x', false],
    ['text.none != x', false],
    ['not text.none = x', true],
    ['text.none exists', false],
    ['text.empty exists', true],
    ['text.empty = ""', true],
    ['text.b = <NA>', true],
    ['list.text_empty exists', false],
    ['list.text_empty in ()', false],
    ['text.key[x] startswith with', true],
    // Texts.
    ['text.a == "Hello world"', true],
    ['text.a != hello', true],
    ['text.a contains "lo w"', true],
    ['text.a icontains HELLO', true],
    ['text.a startswith Hell', true],
    ['text.a endswith world', true],
    ['text.a glob "H* w?rld"', true],
    ['text.a iglob "h*D"', true],
    ['text.a regex "[[:alpha:]]+ .*"', true],
    ['text.a in (x, "Hello world")', true],
    ['text.a intersects (x)', false],
    ['text.a in ()', false],
    ['text.a > 9', true],
    ['text.high > 1', true],
    ['path.a pmatch (/etc/ssl, /usr)', true],
    ['path.a pmatch (/etc/s)', false],
    // Modifiers.
    ['text.a startswith anyof (x, Hell)', true],
    ['text.a contains allof (Hello, world)', true],
    ['text.a contains oneof (Hello, world)', false],
    ['text.a contains anyof ()', false],
    ['text.a != allof (x, y)', true],
    // Bytes.
    ['bytes.a bstartswith 474554', true],
    ['bytes.a bcontains 20Ff', false],
    ['bytes.a bcontains 2fFF', true],
    ['bytes.a contains GET', true],
    ['bytes.a endswith GET', false],
    ['bytes.a in (x, "GET /")', false],
    // Numbers.
    ['number.a = -22', true],
    ['number.a < 0', true],
    ['number.a in (1, -22)', true],
    ['small.a = 456', true],
    ['small.a >= 200', true],
    ['size.a = 1790000000123456789', true],
    ['size.a != 1790000000123456788', true],
    ['size.a > 1790000000000000000', true],
    ['size.a <= 5', false],
    ['real.a = 1.5', true],
    ['real.a > 1', true],
    ['port.a = https', true],
    ['port.a in (80, https)', true],
    ['flag.a = false', true],
    ['flag.a != true', true],
    // Addresses.
    ['address.a = 10.1.2.3', true],
    ['address.a = ::1', false],
    ['address.a != ::1', true],
    ['address.a in (::1, 10.1.2.3)', true],
    ['network.a = 10.0.0.0/8', true],
    ['network.a in (192.168.0.0/16, 10.1.0.0/16)', true],
    ['network.a != ::/1', true],
    ['network.a = anyof (192.168.0.0/16, 10.0.0.0/8)', true],
    ['network.a != allof (192.168.0.0/16, 10.0.0.0/8)', false],
    // Lists: every value for `in`, any for `intersects`.
    ['list.text_a in (x, y, z)', true],
    ['list.text_a in (x)', false],
    ['list.text_a intersects (x)', true],
    ['list.size_a in (1, 2)', true],
    ['list.address_a intersects (::1)', true],
    ['list.text_a in val(list.text_a)', true],
    ['list.text_a intersects val(list.text_none)', false],
    // Several values of one field: any of them, and no end of a connection for `!=`.
    ['any.text_a = sshd', true],
    ['any.text_a != sshd', true],
    ['any.text_a in (zsh, bash)', true],
    ['any.text_a startswith b', true],
    ['ends.address_a = 10.0.0.2', true],
    ['ends.address_a != 10.0.0.2', false],
    ['ends.address_a != 10.0.0.3', true],
    ['ends.address_a in (10.0.0.2)', true],
    ['ends.port_none exists', true],
    ['ends.port_none = 0', false],
    ['ends.port_none != 0', false],
    // Between fields.
    ['text.a = val(text.a)', true],
    ['text.a != val(text.b)', true],
    ['text.a != val(text.none)', false],
    ['text.a startswith val(text.empty)', true],
    ['text.a glob val(text.a)', true],
    ['bytes.a = val(bytes.a)', true],
    ['address.a = val(address.a)', true],
    ['size.a <= val(size.a)', true],
    // Boolean.
    ['text.a exists and (flag.a = true or number.a = -22)', true],
    ['not (text.a exists and not flag.a = true)', false],
    ['not not text.a exists', true],
    ['text.b = x or text.b = <NA> or text.b in (y)', true],
    ['evt.type in (open, openat)', true],
  ])('%s: %s', (text, expected) => {
    expect(specCompile(text).matches(event)).toBe(expected);
  });

  it.each([
    ['number.a contains 5', "filter error: 'contains' operator not supported for numeric filters"],
    ['flag.a > 1', "filter error: '>' operator not supported for numeric filters"],
    ['text.a bcontains 00', "filter error: 'bcontains' operator not supported for string filters"],
    ['bytes.a > 1', "filter error: '>' operator not supported for buffer filters"],
    ['address.a startswith 10', "filter error: 'startswith' operator not supported for ip address and network filters"],
    ['network.a contains anyof (x)', "filter error: 'contains' with modifier not supported for ip address and network filters"],
    ['list.text_a == x', "filter error: '=' operator not supported list filters"],
    ['list.port_a in (1)', "filter error: list filters are not supported for type 'PORT'"],
    ['nothing.here exists', 'filter_check called with nonexistent field nothing.here'],
    ['text.a = x and macro', "filter error: unexpected identifier 'macro'"],
    ['number.a in (1, x)', 'x is not a valid number'],
    ['evt.type = opennat', 'unknown event type opennat'],
    ['evt.type startswith opennat', 'unknown event type opennat'],
    ['text.a regex "("', 'invalid regex pattern: missing ): ('],
  ])('refuses %s', (text, error) => {
    expect(specError(text)).toBe(error);
  });

  it('says where the check is that does not compile', () => {
    const compiled = compileCondition(specCondition('text.a = x and (\n not text.b > 1 or number.a = x)'), specCatalog);
    expect(compiled).toMatchObject({ ok: false, error: { position: { index: 36, line: 2, column: 20 } } });
  });
});

describe('warnings', () => {
  const simpler = "'=', 'contains', 'startswith', 'endswith'";
  const regex = (text: string) => `regex check with '${text}' may be optimized with simpler operators such as ${simpler}`;

  it.each([
    ['text.a = text.b', ["'text.b' may be a valid field misused as a const string value"]],
    [
      'text.a in (x, "text.b ", text.c[y])',
      ["'text.b '", "'text.c[y]'"].map((text) => `${text} may be a valid field misused as a const string value`),
    ],
    ['text.a = nothing.here', []],
    ['text.a = "tolower( text.b )"', ["'tolower( text.b )' may be a valid field transformer misused as a const string value"]],
    ['text.a = val(text.b)', []],
    ['text.a regex nginx', [regex('nginx')]],
    ['text.a regex ^.*nginx.+$', []],
    ['text.a regex .*nginx.?', [regex('.*nginx.?')]],
    ['text.a regex "a.*b"', []],
    [
      'not (text.a = text.b or text.a = text.c)',
      ["'text.b'", "'text.c'"].map((text) => `${text} may be a valid field misused as a const string value`),
    ],
  ])('%s', (text, warnings) => {
    expect(specCompile(text).warnings.map(({ message }) => message)).toEqual(warnings);
  });

  it('say where the constant is', () => {
    expect(specCompile('text.a exists and text.a = text.b').warnings[0]?.position.index).toBe(27);
  });
});
