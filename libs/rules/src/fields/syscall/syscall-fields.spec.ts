import { describe, expect, it } from '@jest/globals';
import { err } from '@whoran/kernel';
import fc from 'fast-check';
import { NOON, falcoEvent, valueIn } from '../spec-events.ts';
import { syscallFields } from './syscall-fields.ts';

const catalog = syscallFields();
const v4 = (value: bigint) => ({ family: 4, value });

describe("the fields of Falco's events", () => {
  it.each<[string, Record<string, unknown>, unknown]>([
    ['proc.name', { 'proc.name': 'cat' }, 'cat'],
    ['proc.name', { 'proc.name': '<NA>' }, '<NA>'],
    ['proc.name', { 'proc.name': null }, undefined],
    ['proc.name', {}, undefined],
    ['proc.pid.ts', { 'proc.pid.ts': 1795322976712069620n }, 1795322976712069620n],
    ['fd.dev', { 'fd.dev': '64' }, 64],
    ['fd.dev', { 'fd.dev': 'x' }, undefined],
    ['container.privileged', { 'container.privileged': true }, true],
    ['container.privileged', { 'container.privileged': 'true' }, undefined],
    ['evt.arg.path', { 'evt.arg.path': '/etc/shadow' }, '/etc/shadow'],
    ['evt.arg[0]', { 'evt.arg[0]': '64' }, '64'],
    ['evt.rawarg.fd', { 'evt.rawarg.fd': 3 }, 3],
    ['container.mount.dest[/etc]', { 'container.mount.dest[/etc]': '/host' }, '/host'],
    ['fd.types', { 'fd.types': ['file', 'ipv4'] }, ['file', 'ipv4']],
    ['evt.num', {}, 1],
    ['evt.num', { 'evt.num': 8633 }, 8633],
    ['evt.hostname', { 'evt.hostname': '' }, ''],
    ['evt.hostname', {}, 'node-a'],
    ['evt.rawtime', {}, NOON],
    ['fd.sip', { 'fd.sip': '10.0.0.1' }, v4(0x0a000001n)],
    ['fd.sip', { 'fd.sip': 'fe80::1%eth0' }, undefined],
    ['fd.snet', { 'fd.sip': '10.0.0.1', 'fd.snet': '<IPNET>' }, v4(0x0a000001n)],
    ['fd.ip', { 'fd.cip': '10.0.0.1', 'fd.sip': '10.0.0.2', 'fd.ip': null }, [v4(0x0a000001n), v4(0x0a000002n)]],
    ['fd.ip', { 'fd.typechar': '4' }, [v4(0n)]],
    ['fd.net', { 'fd.type': 'ipv6', 'fd.typechar': '6' }, [{ family: 6, value: 0n }]],
    ['fd.port', { 'fd.typechar': '4' }, [0]],
    ['fd.port', { 'fd.cport': 40000, 'fd.sport': 443 }, [40000, 443]],
    ['fd.ip', { 'fd.type': 'file', 'fd.typechar': 'f' }, []],
    ['fd.ip', {}, undefined],
    ['fd.sip.name', { 'fd.type': 'ipv4' }, []],
    ['fd.sip.name', { 'fd.type': 'ipv4', 'fd.sip.name': 'example.org' }, ['example.org']],
  ])('%s of %j', (field, fields, value) => expect(valueIn(catalog, field, falcoEvent(fields))).toEqual(value));

  it.each<[string, Record<string, unknown>, unknown]>([
    ['proc.aname', { 'proc.aname': 'sh sshd systemd' }, ['sh', 'sshd', 'systemd']],
    ['proc.aname', { 'proc.aname': 'tmux: server sshd', 'proc.aname[1]': 'tmux: server' }, ['tmux: server', 'sshd']],
    ['proc.aname', { 'proc.aname[1]': 'sh', 'proc.aname[2]': 'sshd', 'proc.aname[3]': null }, ['sh', 'sshd']],
    ['proc.aname[2]', { 'proc.aname': 'sh sshd', 'proc.aname[2]': 'sshd' }, 'sshd'],
    ['proc.acmdline', { 'proc.acmdline': 'sh -c id' }, ['sh -c id']],
    ['proc.apid', { 'proc.apid': 7, 'proc.apid[1]': 6, 'proc.apid[2]': 1 }, [6, 1]],
    ['proc.apid', { 'proc.apid': 7 }, undefined],
  ])('of ancestors: %s of %j', (field, fields, value) => expect(valueIn(catalog, field, falcoEvent(fields))).toEqual(value));

  it('stand for several values where Falco compares each', () => {
    const several = (name: string, argument?: string) => {
      const field = catalog.resolve(name, argument);
      return field.ok ? field.value.several : 'refused';
    };
    expect([several('fd.ip'), several('fd.net'), several('fd.port')]).toEqual(['ends', 'ends', 'ends']);
    expect([several('proc.aname'), several('proc.aname', '2'), several('fd.cip')]).toEqual(['any', undefined, undefined]);
  });

  it('include what is sent beyond what is known', () => {
    expect(catalog.resolve('my.field')).toEqual(err('filter_check called with nonexistent field my.field'));
    const more = syscallFields({ sent: new Set(['my.field', 'my.label[app]']) });
    expect(valueIn(more, 'my.field', falcoEvent({ 'my.field': 7 }))).toBe('7');
    expect(valueIn(more, 'my.label[app]', falcoEvent({ 'my.label[app]': 'api' }))).toBe('api');
    expect(more.resolve('my.label', 'team').ok).toBe(false);
  });

  it('can be read from any output_fields without harm', () => {
    const names = catalog.list().map(({ name, argumentRequired }) => (argumentRequired ? `${name}[1]` : name));
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names, '__proto__', 'proc.aname[1]'), fc.jsonValue({ maxDepth: 2 })), (document) => {
        const event = falcoEvent(document);
        expect(() => names.forEach((name) => valueIn(catalog, name, event))).not.toThrow();
      }),
      { numRuns: 50 },
    );
  });

  it('have an explanation each, and no name twice', () => {
    const names = catalog.list().map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(catalog.list().filter(({ about }) => about.length < 5 || !about.endsWith('.'))).toEqual([]);
  });
});
