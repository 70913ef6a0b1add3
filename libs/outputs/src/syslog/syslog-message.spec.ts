import { describe, expect, it } from '@jest/globals';
import type { Alert, Notification } from '@whoran/contracts';
import { parseJson } from '@whoran/contracts';
import { aNotification, anAlert } from '@whoran/testing';
import fc from 'fast-check';
import { type SyslogStyle, syslogMessages } from './syslog-message.ts';

const STYLE: SyslogStyle = { facility: 10, hostname: '', appName: 'whoran', enterprise: 32_473, format: 'text', maxSize: 8192 };
const MESSAGE =
  /^<(\d{1,3})>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z) ([\x21-\x7e]{1,255}) ([\x21-\x7e]{1,48}) - ([\x21-\x7e]{1,32}) \[whoran@32473((?: [a-z]{1,32}="(?:[^"\\\]]|\\["\\\]])*")*)\] (.*)$/su;

function messagesOf(notification: Notification, style: Partial<SyslogStyle> = {}): string[] {
  return syslogMessages(notification, { ...STYLE, ...style }).map((message) => message.toString());
}

function messageOf(alert: Alert, style: Partial<SyslogStyle> = {}): string {
  return messagesOf(aNotification({}, alert), style)[0] ?? '';
}

describe('a message of RFC 5424', () => {
  it('says who did what where, for programs and for people', () => {
    expect(messageOf(anAlert())).toBe(
      '<84>1 2026-01-01T10:00:00.100000Z node-a whoran - alert [whoran@32473 notification="r/event-1/Terminal shell in container/0"' +
        ' alert="event-1/Terminal shell in container" revision="0" rule="Terminal shell in container" user="jane@example.com"' +
        ' evidence="root" session="4cf8e840-6049-4b78-959e-559b16d942a4" cluster="test" node="node-a" namespace="payments" pod="api-0" container="api" command="id"' +
        ' groups="sre" tags="container,shell"]' +
        ' jane@example.com ran "id" in test/payments/api-0: Terminal shell in container',
    );
  });
  it.each([
    ['Emergency', 80],
    ['critical', 82],
    ['Warning', 84],
    ['Debug', 87],
    ['nonsense', 87],
  ])('has the severity of priority %s', (priority, number) =>
    expect(messageOf(anAlert({ priority }))).toMatch(new RegExp(`^<${number}>1 `)),
  );
  it('has the time of the alert when that of the event cannot be read', () => {
    expect(messageOf(anAlert({ time: 'yesterday' }))).toContain(' 2026-01-01T10:00:01.000000Z ');
  });
  it('escapes what would end a value, and shows what would end a line', () => {
    const command = 'sh -c "a]b\\c"\n<0>1 - - - - - - forged\u0000\u202e';
    expect(messageOf(anAlert({ output_fields: { 'proc.cmdline': command } }))).toContain(
      ' command="sh -c \\"a\\]b\\\\c\\"\\\\u{a}<0>1 - - - - - - forged\\\\u{0}\\\\u{202e}"',
    );
  });
  it('names a host in ASCII, or the one of the settings', () => {
    expect(messageOf(anAlert({ hostname: 'nöde 1' }))).toContain('Z n?de?1 whoran ');
    expect(messageOf(anAlert({ hostname: '' }))).toContain('Z - whoran ');
    expect(messageOf(anAlert(), { hostname: 'prod' })).toContain('Z prod whoran ');
  });
  it('carries Falco JSON that is still JSON when it had to be cut', () => {
    const alert = anAlert({ output_fields: { 'proc.cmdline': 'x'.repeat(1_000_000) } });
    for (const maxSize of [2048, 8192, 1_048_576]) {
      const text = MESSAGE.exec(messageOf(alert, { format: 'falco', maxSize }))?.[7] ?? '';
      expect(parseJson(text)).toMatchObject({ ok: true, value: { rule: 'Terminal shell in container' } });
    }
  });
  it('is one for a storm, and for a notification that has no alert', () => {
    const storm = { since: '2026-01-01T10:00:00Z', until: '2026-01-01T10:01:00Z', rules: [], users: [] };
    const stormy = aNotification({ id: 'n', reason: 'storm', storm, total: 900 });
    const [message, ...others] = messagesOf(stormy);
    expect(message).toMatch(
      / whoran - storm \[whoran@32473 notification="n" .*rule="Alert storm" .*total="900" tags="summary"\] 900 alerts between /,
    );
    expect(others).toEqual([]);
    expect(messagesOf(aNotification({ alerts: [], total: 7 }))).toHaveLength(1);
  });
  it('is one for each alert of a group', () => {
    expect(messagesOf(aNotification({ alerts: [anAlert(), anAlert()], total: 2 }))).toHaveLength(2);
  });
  it('keeps its form and its size, whatever the alert says', () => {
    const anything = fc.string({ unit: 'binary', maxLength: 3000 });
    const property = fc.property(anything, anything, fc.integer({ min: 1024, max: 9000 }), fc.boolean(), (a, b, maxSize, json) => {
      const alert = anAlert({
        rule: a,
        hostname: b,
        tags: [a, b],
        output_fields: { 'proc.cmdline': a, 'k8s.pod.name': b, 'k8s.ns.name': a },
      });
      const style = { ...STYLE, maxSize, format: json ? ('falco' as const) : ('text' as const) };
      const [bytes = Buffer.alloc(0)] = syslogMessages(aNotification({ id: b }, alert), style);
      expect(bytes.length).toBeLessThanOrEqual(maxSize);
      const text = bytes.toString();
      expect(text).toMatch(MESSAGE);
      // eslint-disable-next-line no-control-regex -- control characters are what this is about
      expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    });
    fc.assert(property, { numRuns: 100 });
  });
});
