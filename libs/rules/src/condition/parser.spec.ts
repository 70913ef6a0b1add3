import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseCondition } from './parser.ts';
import { printCondition } from './print.ts';
import { printExactly } from './print-exactly.ts';
import { anyCondition, withoutPositions } from './spec-conditions.ts';

function parsed(text: string): string {
  const result = parseCondition(text);
  return result.ok ? printCondition(result.value) : `${result.error.message} @${result.error.position.index}`;
}

describe('a condition', () => {
  it.each([
    ['shell or tty and not root', '(shell or (tty and not root))'],
    ['(shell or tty) and root and x', '((shell or tty) and root and x)'],
    ['((((shell))))', 'shell'],
    ['not not shell', 'shell'],
    ['not(not(shell))', 'not not shell'],
    ['not not not shell', 'not shell'],
    ['(a)or(b)or (c)and(d)', '(a or b or (c and d))'],
    ['in and exists', '(in and exists)'],
    ['android or order', '(android or order)'],
    ['user.name="root"and tty', '(user.name = root and tty)'],
    ['user.name existsor tty', '(user.name exists or tty)'],
  ])('%s is understood as %s', (text, expected) => {
    expect(parsed(text)).toBe(expected);
  });

  it.each([
    ['proc.name=bash', 'proc.name = bash'],
    ['proc.name in(bash,sh , "my shell")', 'proc.name in (bash, sh, "my shell")'],
    ['proc.name in ()', 'proc.name in ()'],
    ['proc.name inside', 'proc.name in side'],
    ['proc.name pmatch (/bin/*)', 'proc.name pmatch (/bin/*)'],
    ['proc.aname[3] contains\tsh', 'proc.aname[3] contains sh'],
    ['jevt.value["/a b"] exists', 'jevt.value["/a b"] exists'],
    ['proc.name[""] exists', 'proc.name[""] exists'],
    ['fd.num>=0x1f', 'fd.num >= 0x1f'],
    ['fd.num < -1.5e+3', 'fd.num < -1.5e+3'],
    ['proc.name = val( proc.pname )', 'proc.name = val(proc.pname)'],
    ['proc.name = val(proc.pname[1])[x]', 'proc.name = val(proc.pname[1])[x]'],
    ['tolower( proc.name ) = toupper(proc.pname)', 'tolower(proc.name) = toupper(proc.pname)'],
    ['join("-", (proc.name, "x", len(fd.name))) = y', 'join(-,(proc.name,x,len(fd.name))) = y'],
    ['join("-", ()) = y', 'join(-,()) = y'],
    ['getopt(proc.args, "c:")[c] = y', 'getopt(proc.args,c:)[c] = y'],
    ['proc.name = anyof (a, b)', 'proc.name = anyof (a, b)'],
    ['proc.name endswith oneof shells', 'proc.name endswith oneof shells'],
    ['proc.name = anyof or tty', '(proc.name = anyof or tty)'],
    ['proc.name = allof', 'proc.name = allof'],
    ['proc.name regex "^a(b|c)$"', 'proc.name regex ^a(b|c)$'],
    ["proc.name = 'it\\'s'", 'proc.name = "it\'s"'],
    ['proc.name = "\\x41\\\\b"', 'proc.name = "A\\\\b"'],
  ])('%s is read as %s', (text, expected) => {
    expect(parsed(text)).toBe(expected);
  });

  it.each([
    ['', 'filter input string is empty @0'],
    ['a andb', "expected blank or '(' after 'and' @5"],
    ['a b', "unexpected token after 'a', expecting 'or', 'and' @2"],
    // A parenthesis right behind `or` stands for itself, not for the beginning of a sequence of `and`.
    ['(a)or(b)and(c)', "unexpected token after ')', expecting 'or', 'and' @8"],
    ['(a', "expected a ')' token @2"],
    ['a and ()', "expected a '(' token, a field check, or an identifier @7"],
    ['proc.name[] = x', 'expected a valid field argument: a quoted string or a bare string @10'],
    ['proc.name[x y] = x', "expected a ']' token @11"],
    ['proc.name in (a,)', 'expected a string value @16'],
    ['proc.name in (a b)', "expected a ')' token @16"],
    ['proc.name = "\\q"', 'unsupported string escape sequence: \\q @16'],
    ['tolower(x) = y', 'expected field transformer argument: field, transformer, quoted string, number, or transformer list @8'],
    ['tolower(proc.name = y', "expected a ')' token closing the transformer @18"],
    ['a.b = val(tolower(c.d))', "expected a field within 'val' transformer @10"],
    ['é', "expected a '(' token, a field check, or an identifier @0"],
    ['proc.name = é and (', "expected a '(' token, a field check, or an identifier @20"],
  ])('%s is refused: %s', (text, expected) => {
    expect(parsed(text)).toBe(expected);
  });

  it('counts bytes, and lines at CR and LF', () => {
    const result = parseCondition('proc.name = "é"\r\nand x y');
    expect(result).toEqual({ ok: false, error: expect.objectContaining({ position: { index: 24, line: 3, column: 7 } }) });
  });

  it('takes a list whose first element is wrong for an empty one, as Falco does', () => {
    expect(parsed('proc.name in ("\\q")')).toBe('proc.name in ()');
  });

  it('ends a quoted string at a NUL, and a bare one not', () => {
    expect(parsed('proc.name = a\0b')).toBe('proc.name = a\0b');
    expect(parsed('proc.name = "a\0b"')).toMatch(/^expected a string value/);
  });

  it('says where each part began', () => {
    const result = parseCondition('a and tolower(x.y) = val( z.w )');
    expect(result.ok && result.value).toMatchObject({
      position: { index: 0 },
      children: [
        { position: { index: 0 } },
        {
          position: { index: 6 },
          left: { position: { index: 6 }, values: [{ position: { index: 14 } }] },
          right: { position: { index: 26 }, val: { position: { index: 21 } } },
        },
      ],
    });
  });

  it('is the same when its exact text is parsed', () => {
    fc.assert(
      fc.property(anyCondition, (condition) => {
        const result = parseCondition(printExactly(condition));
        expect(result.ok ? withoutPositions(result.value) : result.error).toEqual(withoutPositions(condition));
      }),
      { numRuns: 500 },
    );
  });
});

describe('a hostile condition', () => {
  const size = 1_000_000;

  it.each([
    ['parentheses', '('.repeat(100_000)],
    ['not', 'not('.repeat(100_000)],
    ['transformers', 'tolower('.repeat(100_000)],
    ['lists of transformers', `join(${'('.repeat(100_000)}`],
  ])('nests %s only as deep as the limit', (_what, text) => {
    expect(parseCondition(text)).toEqual({ ok: false, error: expect.objectContaining({ message: expect.any(String) }) });
    expect(parseCondition(text, { maxDepth: 100 }).ok).toBe(false);
  });

  it('may nest 198 parentheses around a check, and not 200', () => {
    const nested = (count: number) => `${'('.repeat(count)}proc.name = x${')'.repeat(count)}`;
    expect(parsed(nested(198))).toBe('proc.name = x');
    expect(parsed(nested(200))).toMatch(/^exceeded max depth limit of 1000 @/);
  });

  it.each([
    ['one word', 'a'.repeat(size)],
    ['one number', `a.b > ${'1'.repeat(size)}`],
    ['one constant', `a.b = ${'x'.repeat(size)}`],
    ['one quoted constant', `a.b = "${'\\\\ '.repeat(size / 3)}"`],
    ['no end of a quote', `a.b = "${'\\"'.repeat(size / 2)}`],
    ['blanks', ' '.repeat(size)],
    ['many not', 'not '.repeat(size / 4)],
    ['a field without end', 'a.'.repeat(size / 2)],
    ['a list', `a.b in (${'"x",'.repeat(size / 4)}x)`],
    ['a sequence', 'a.b="c"or '.repeat(size / 10)],
    ['a sequence of macros', `${'a or '.repeat(size / 5)}a`],
  ])(
    'of a megabyte is read in a moment: %s',
    (_what, text) => {
      const start = performance.now();
      const result = parseCondition(text);
      if (result.ok) printExactly(result.value);
      // A few hundred milliseconds on an idle machine; what grows with the square takes minutes.
      expect(performance.now() - start).toBeLessThan(10_000);
    },
    20_000,
  );

  it('never throws, whatever is in it', () => {
    const pieces = fc.constantFrom(
      ...['(', ')', '"', "'", '\\', ',', '=', '!=', '<', '[', ']', ' ', '\n', 'and ', 'or ', 'not ', 'in ', 'exists', 'a.b', 'x', '1'],
      ...['val(', 'tolower(', 'join(', 'oneof ', 'glob ', '__proto__', 'constructor.prototype', '\0', 'é', '\ud800', '\\x'],
    );
    const text = fc.oneof(
      fc.array(pieces, { maxLength: 40 }).map((some) => some.join('')),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(text, (text) => {
        const result = parseCondition(text);
        const { index } = result.ok ? { index: 0 } : result.error.position;
        expect(index).toBeLessThanOrEqual(Buffer.byteLength(text));
      }),
      { numRuns: 3000 },
    );
  });
});
