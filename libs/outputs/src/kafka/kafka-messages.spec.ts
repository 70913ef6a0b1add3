import { describe, expect, it } from '@jest/globals';
import { encodeJson, parseJson } from '@whoran/contracts';
import { falcoBody } from '@whoran/outputs';
import { aNotification, anAlert } from '@whoran/testing';
import { kafkaMessages } from './kafka-messages.ts';

const notification = aNotification({ id: 'r/ä "x"\r\n/0', subject: 'event-1' });

describe('the messages for Kafka', () => {
  it('are the alerts as Falco JSON with the key of the notification as a header', () => {
    expect(kafkaMessages(notification, {})).toEqual([
      {
        key: 'event-1',
        value: encodeJson(falcoBody(anAlert(), false)),
        headers: {
          'content-type': 'application/json',
          'idempotency-key': 'r%2F%C3%A4%20%22x%22%0D%0A%2F0',
          'whoran-receiver': 'r',
          'whoran-reason': 'alert',
        },
      },
    ]);
  });
  it('have a key each when there are several', () => {
    const several = { ...notification, alerts: [anAlert(), anAlert({ rule: 'Other' })], total: 2 };
    const messages = kafkaMessages(several, { format: 'falco', key: 'none' });
    expect(messages.map(({ headers }) => headers?.['idempotency-key'])).toEqual([
      'r%2F%C3%A4%20%22x%22%0D%0A%2F0/0',
      'r%2F%C3%A4%20%22x%22%0D%0A%2F0/1',
    ]);
    expect(messages.map(({ key }) => key)).toEqual([null, null]);
  });
  it('are the notification itself if that is asked for', () => {
    const whole = [expect.objectContaining({ value: encodeJson(notification) })];
    expect(kafkaMessages(notification, { format: 'notification', key: 'subject' })).toEqual(whole);
  });
  it('are one summary when there is no single alert to tell', () => {
    const summary = kafkaMessages({ ...notification, alerts: [], total: 900 }, { format: 'falco', key: 'user' });
    expect(summary).toEqual([expect.objectContaining({ key: 'event-1', value: expect.stringContaining('"whoran.alerts":900') })]);
  });
  it('keep the order of a user, or of the subject where no user is known', () => {
    expect(kafkaMessages(notification, { format: 'falco', key: 'user' })[0]?.key).toBe('jane@example.com');
    const unnamed = aNotification({}, anAlert({}, { attribution: { evidence: 'none' } }));
    expect(kafkaMessages(unnamed, { format: 'falco', key: 'user' })[0]?.key).toBe(unnamed.subject);
  });
  it('have shorter texts where they would be too large, and are still JSON', () => {
    const large = anAlert({ output_fields: { 'proc.cmdline': 'x'.repeat(300_000) } });
    const many = aNotification({ alerts: Array(10).fill(large), total: 10 });
    for (const format of ['falco', 'notification', 'ocsf'] as const) {
      for (const { value } of kafkaMessages(many, { format, max_size: 50_000 })) {
        expect(Buffer.byteLength(String(value))).toBeLessThanOrEqual(50_000);
        expect(parseJson(String(value)).ok).toBe(true);
      }
    }
  });
});
