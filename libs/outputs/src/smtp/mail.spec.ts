import { describe, expect, it } from '@jest/globals';
import { aNotification, anAlert } from '@whoran/testing';
import { type MailWords, mailTemplate } from './mail.ts';

const words: MailWords = { domain: 'example.com', externalUrl: 'https://whoran.example.com' };

function make(notification = aNotification(), different: Partial<MailWords> = {}) {
  const template = mailTemplate({ ...words, ...different });
  if (!template.ok) throw new Error(JSON.stringify(template.error));
  return template.value(notification);
}

describe('a mail', () => {
  it('says who did what where, then the details and a link to the session', () => {
    const { subject, text } = make();
    expect(subject).toBe('[Warning] jane@example.com ran "id" in test/payments/api-0: Terminal shell in container');
    expect(text).toMatch(/^jane@example\.com ran "id" in test\/payments\/api-0: Terminal shell in container\n\nUser: jane@example\.com\n/);
    for (const line of ['Command: id', 'Where: test/payments/api-0', 'Evidence: root', 'Priority: Warning'])
      expect(text).toContain(`\n${line}\n`);
    expect(text).toContain('\nLink: https://whoran.example.com/api/v1/sessions/');
    expect(text).toContain('\nwhoran, receiver r, notification r%2Fevent-1%2FTerminal+shell+in+container%2F0\n');
  });
  it('lists the alerts of a group, the latest ten, and says how many there are', () => {
    const alerts = Array.from({ length: 30 }, (_, number) => anAlert({ rule: `Rule ${number}` }));
    const { subject, text } = make(aNotification({ alerts, total: 45, group: { route: '{}', labels: { user: 'jane' } } }));
    expect(subject).toMatch(/^\[Warning\] 45 alerts of user=jane, the last: /);
    expect(text.match(/: Rule \d+$/gm)).toHaveLength(11);
    expect(text).toContain('\nand 35 more\n');
  });
  it('has the same id in every attempt, another for another notification, and a thread for what belongs together', () => {
    const [first, again, update, other] = [
      make(),
      make(),
      make(aNotification({ id: 'n2' })),
      make(aNotification({ id: 'n3', subject: 'another' })),
    ];
    expect(again).toEqual(first);
    expect(update.messageId).not.toBe(first.messageId);
    expect(first.messageId).toMatch(/^<[0-9a-f]{40}@example\.com>$/);
    expect(update.headers['References']).toBe(first.headers['References']);
    expect(other.headers['References']).not.toBe(first.headers['References']);
    expect(first.headers).toMatchObject({ 'Auto-Submitted': 'auto-generated', 'X-Whoran-Notification': expect.stringMatching(/^[!-~]+$/) });
  });
  it('is moved by nothing that an alert says, and stays small', () => {
    const hostile = '\r\nBcc: everybody@example.com\r\n\r\n\u0000\u001b]0;pwned\u0007\u202e';
    const fields = { 'proc.cmdline': hostile + 'x'.repeat(1_000_000), 'k8s.pod.name': hostile };
    const { subject, text, headers, messageId } = make(
      aNotification({ id: hostile }, anAlert({ rule: hostile, tags: [hostile], output_fields: fields })),
    );
    expect(subject).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(subject.length).toBeLessThanOrEqual(200);
    expect(text).not.toMatch(/^Bcc/m);
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(text.length).toBeLessThanOrEqual(100_000);
    expect(JSON.stringify([headers, messageId])).not.toMatch(/\\r|\\n|\\u0000/);
  });
  it('can be written in the words of somebody else', () => {
    const { subject, text } = make(aNotification(), { subject: '{{ alert.user }}\n{{ alert.cluster }}', body: 'Look: {{ link }}' });
    expect(subject).toBe('jane@example.com test');
    expect(text).toMatch(/^Look: https:/);
  });
  it('is refused with everything that is wrong with its words', () => {
    const template = mailTemplate({ ...words, subject: '{{ alert.nme }}', body: '{% include "/etc/passwd" %}' });
    expect(template.ok ? [] : template.error.map(({ item }) => item)).toEqual(['/subject', '/body']);
  });
});
