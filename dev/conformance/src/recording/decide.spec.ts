import { describe, expect, it } from '@jest/globals';
import { parseCondition, syscallFields } from '@whoran/rules';
import { type Decision, createDecider } from './decide.ts';

const decider = createDecider(syscallFields());

function decide(text: string, document: Readonly<Record<string, unknown>>): Decision {
  const condition = parseCondition(text);
  if (!condition.ok) throw new Error(condition.error.message);
  return decider({ event: { source: 'syscall', document, time: 0n, hostname: '' }, sent: new Set(Object.keys(document)) })(condition.value);
}

const cat = { 'evt.type': 'openat', 'proc.name': 'cat', 'proc.tty': null };

describe('what can be said of an event of which only some fields are known', () => {
  it.each<[string, boolean | 'unknown', readonly string[]]>([
    ['proc.name = cat', true, []],
    ['proc.name = sh', false, []],
    ['proc.tty exists', false, []],
    ['fd.name = /etc/shadow', 'unknown', ['fd.name']],
    ['not fd.name = /etc/shadow', 'unknown', ['fd.name']],
    ['evt.type = execve and fd.name = /etc/shadow', false, []],
    ['fd.name = /etc/shadow and evt.type = execve', false, []],
    ['evt.type = openat and fd.name = /etc/shadow and user.name = root', 'unknown', ['fd.name', 'user.name']],
    ['fd.name = /etc/shadow or proc.name = cat', true, []],
    ['fd.name = /etc/shadow or proc.name = sh', 'unknown', ['fd.name']],
    ['not (evt.type = execve and fd.name = x)', true, []],
    ['proc.name = val(proc.exe)', 'unknown', ['proc.exe']],
    ['fd.sip exists or fd.net = "10.0.0.0/8"', 'unknown', ['fd.sip', 'fd.cip', 'fd.typechar']],
    ['k8s.user.name = jane or exec.session exists', 'unknown', ['k8s.user.name', 'exec.session']],
  ])('%s: %s', (text, verdict, lacks) => {
    const decision = decide(text, cat);
    expect([decision.verdict, [...decision.lacks].toSorted()]).toEqual([verdict, lacks.toSorted()]);
  });

  it.each<[string, Readonly<Record<string, unknown>>, boolean | 'unknown']>([
    ['proc.aname = sshd', { 'proc.aname[1]': 'sh', 'proc.aname[2]': 'sshd' }, true],
    ['proc.aname = sshd', { 'proc.aname[1]': 'sh', 'proc.aname[2]': 'bash' }, 'unknown'],
    ['proc.aname = sshd', { 'proc.aname[1]': 'sh', 'proc.aname[2]': null }, false],
    ['proc.aname = sshd', { 'proc.aname': 'sh bash', 'proc.aname[1]': 'sh' }, false],
    ['proc.aname[2] = sshd', { 'proc.aname[1]': 'sh', 'proc.aname[2]': 'bash' }, false],
    ['proc.apid = 1', { 'proc.apid': 9, 'proc.apid[1]': 7 }, 'unknown'],
  ])('ancestors beyond those that were sent: %s of %j', (text, document, verdict) => expect(decide(text, document).verdict).toBe(verdict));

  it('refuses what is no resolved condition over these fields', () => {
    expect(() => decide('a_macro', cat)).toThrow('the macro a_macro is not resolved');
    expect(() => decide('no.field = x', cat)).toThrow('nonexistent field no.field');
  });
});
