import { expect, it } from '@jest/globals';
import { ALERT_RULE } from '../load/falco-line.ts';
import { Receiver } from './receiver.ts';

it('takes alerts, refuses them when it is told to, and begins anew with every row', async () => {
  const receiver = await Receiver.open();
  const tell = async (rule: string, number: number) => {
    const body = JSON.stringify({ rule, output_fields: { 'evt.num': number } });
    return (await fetch(receiver.url, { method: 'POST', body })).status;
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
  } finally {
    await receiver.close();
  }
});
