import { expect, it } from '@jest/globals';
import { ALERT_RULE } from '../load/falco-line.ts';
import { Receiver } from './receiver.ts';

it('takes alerts, refuses them when it is told to, and begins anew with every row', async () => {
  const receiver = await Receiver.open();
  const tell = async (rule: string, number: number, key = `${number}/0`, more = {}) => {
    const body = JSON.stringify({ rule, output_fields: { 'evt.num': number, ...more } });
    return (await fetch(receiver.url, { method: 'POST', body, headers: { 'idempotency-key': key } })).status;
  };
  try {
    expect(await tell(ALERT_RULE, 1)).toBe(200);
    expect(await tell('Another rule', 2)).toBe(200);
    receiver.behave({ status: 503 });
    expect(await tell(ALERT_RULE, 3)).toBe(503);
    expect([[...receiver.received], receiver.refused]).toEqual([[1], 1]);
    receiver.begin();
    expect(await tell(ALERT_RULE, 4)).toBe(200);
    expect([[...receiver.received], receiver.refused]).toEqual([[4], 0]);
    await tell(ALERT_RULE, 4);
    await tell(ALERT_RULE, 4, '4/1', { 'whoran.alert.update': true });
    expect([receiver.again, receiver.doubled]).toEqual([1, 0]);
    await tell(ALERT_RULE, 4, '4/2');
    expect([receiver.again, receiver.doubled]).toEqual([1, 1]);
    const away = receiver.away(100);
    await expect(tell(ALERT_RULE, 5)).rejects.toThrow();
    await away;
    receiver.behave({ status: 429, retryAfter: 2 });
    expect((await fetch(receiver.url, { method: 'POST', body: '{}' })).headers.get('retry-after')).toBe('2');
    receiver.behave({ hangs: true });
    await expect(fetch(receiver.url, { method: 'POST', body: '{}', signal: AbortSignal.timeout(100) })).rejects.toThrow(/timeout/);
  } finally {
    await receiver.close();
  }
});
