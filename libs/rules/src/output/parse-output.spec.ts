import { describe, expect, it } from '@jest/globals';
import { err, ok } from '@whoran/kernel';
import fc from 'fast-check';
import { auditFields } from '../fields/k8s-audit/audit-fields.ts';
import { auditEvent, falcoEvent } from '../fields/spec-events.ts';
import { syscallFields } from '../fields/syscall/syscall-fields.ts';
import { parseOutput } from './parse-output.ts';

const catalog = syscallFields();
const cat = {
  'proc.name': 'cat',
  'proc.cmdline': 'cat /etc/shadow',
  'proc.pid': 7,
  'proc.aname[1]': 'sh',
  'fd.sip': '10.0.0.1',
  'fd.types': ['file', 'ipv4'],
  'container.privileged': true,
  'proc.exe_ino.ctime': 1795322976712069620n,
  'user.name': 'jösé',
};

function formatOf(format: string) {
  const parsed = parseOutput(format, catalog);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

describe('an output', () => {
  it.each([
    ['no fields', 'no fields'],
    ['*%proc.name(%proc.pid)', 'cat(7)'],
    ['*%proc.name.', 'cat.'],
    ['*%proc.nameand%proc.pids', 'catand7s'],
    ['*%proc.name[0]', 'cat[0]'],
    ['*%proc.aname[1]/%proc.aname[2]', 'sh/<NA>'],
    ['*%6proc.name|%2proc.name|%0proc.name|', 'cat   |ca|cat|'],
    ['*%2user.name|%9user.name|', 'j\ufffd|jösé   |'],
    ['*%3proc.cwd|', '<NA|'],
    ['*%fd.sip %fd.types %container.privileged', '10.0.0.1 (file,ipv4) true'],
    ['*%proc.exe_ino.ctime', '1795322976712069620'],
    ['*%toupper(proc.name) %basename( proc.cmdline )', 'CAT shadow'],
    ['*%toupper(proc.name)) %toupper(proc.name)[x', 'CAT) CAT[x'],
    ['*%join("-", (proc.name, user.name))', 'cat-jösé'],
    ['*%len(proc.name)', '3'],
    ['*%evt.time %evt.dir', '12:00:00.012345678 <'],
    ['*', ''],
    ['%proc.name %proc.cwd %proc.name', 'cat '],
  ])('of %j is %j', (format, text) => expect(formatOf(format).text(falcoEvent(cat))).toBe(text));

  it('has the fields as JSON, those inside of transformers too', () => {
    const { fields, names } = formatOf('*%toupper(proc.name) %proc.pid %fd.sip %fd.types %proc.cwd %evt.time %proc.exe_ino.ctime');
    expect(fields(falcoEvent(cat))).toEqual({
      'proc.name': 'cat',
      'proc.pid': 7,
      'fd.sip': '10.0.0.1',
      'fd.types': ['file', 'ipv4'],
      'proc.cwd': null,
      'evt.time': 1_770_120_000_012_345_678n,
      'proc.exe_ino.ctime': 1795322976712069620n,
    });
    expect(names.slice(0, 3)).toEqual(['proc.name', 'toupper(proc.name)', 'proc.pid']);
  });

  it('ends at an absent field unless it begins with *', () => {
    const format = formatOf('%proc.name %proc.cwd %proc.pid');
    expect(format.fields(falcoEvent(cat))).toEqual({ 'proc.name': 'cat' });
    expect(format.isComplete(falcoEvent(cat))).toEqual({ text: false, fields: false });
    expect(format.isComplete(falcoEvent({ ...cat, 'proc.cwd': '/' }))).toEqual({ text: true, fields: true });
  });

  it('says <NA> for lists without elements, and null', () => {
    const format = parseOutput('*%ka.user.groups', auditFields());
    expect(format).toEqual(ok(expect.anything()));
    if (!format.ok) return;
    expect(format.value.text(auditEvent())).toBe('<NA>');
    expect(format.value.fields(auditEvent())).toEqual({ 'ka.user.groups': null });
    expect(format.value.text(auditEvent({ user: { groups: ['a', 'b'] } }))).toBe('(a,b)');
  });

  it.each([
    ['', 'empty formatting token'],
    ['100%', 'invalid formatting syntax: formatting cannot end with a %'],
    ['%5', 'invalid formatting syntax: formatting cannot end with a number'],
    ['%99999999proc.name', 'invalid formatting syntax: no field can be 99999999 wide, 65536 at most'],
  ])('is not %j', (format, error) => expect(parseOutput(format, catalog)).toEqual(err(error)));

  it.each([
    ['%nope.field', 'nonexistent field nope.field at "%nope.field"'],
    ['% proc.name', 'no field or transformer at "% proc.name"'],
    ['%proc', 'no field or transformer at "%proc"'],
    ['%toupper (proc.name)', 'no field or transformer'],
    ['%toupper(proc.pid)', 'toupper'],
    ['%ka.verb', 'nonexistent field ka.verb'],
    ['%%proc.name', 'no field or transformer'],
  ])('is not %j, and says so behind the words of Falco', (format, why) => {
    const parsed = parseOutput(format, catalog);
    expect(parsed).toEqual(err(expect.stringMatching(/^unknown filter: unexpected token after ': /)));
    if (!parsed.ok) expect(parsed.error).toContain(why);
  });

  it('is read in a bounded time, whatever it is', () => {
    const long = ['%proc.name'.repeat(20_000), `%a.${'b'.repeat(1_000_000)}`, `%toupper(${'('.repeat(1_000_000)}`, ')%'.repeat(500_000)];
    const start = performance.now();
    for (const format of long) parseOutput(format, catalog);
    parseOutput(`%toupper(${'toupper('.repeat(100_000)}proc.name${')'.repeat(100_000)}`, catalog);
    expect(performance.now() - start).toBeLessThan(20_000);
    const words = fc.constantFrom('%', 'proc.name', 'toupper(', ')', '[', ']', '0', '"', ',', '*', ' ', 'join(', '.', '\0', '__proto__');
    fc.assert(
      fc.property(fc.array(words), (all) => {
        const parsed = parseOutput(all.join(''), catalog);
        if (parsed.ok) expect(typeof parsed.value.text(falcoEvent(cat))).toBe('string');
      }),
    );
  });
});
