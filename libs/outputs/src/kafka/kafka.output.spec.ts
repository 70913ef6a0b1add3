import { type Server, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { Check } from 'typebox/value';
import { attempt, issuesOf, openOutput } from '../spec-support/open-output.ts';
import { kafkaKind } from './kafka.output.ts';

const settings = { brokers: ['127.0.0.1:1'], topic: 'alerts' };

describe('a Kafka receiver', () => {
  it.each([
    [{ ...settings, brokers: ['http://kafka:9092'] }],
    [{ ...settings, brokers: [] }],
    [{ ...settings, topic: 'a b' }],
    [{ ...settings, sasl: { mechanism: 'plain', username: 'x', password: 'in the open' } }],
    [{ ...settings, acks: 0 }],
  ])('cannot be %j', (wrong) => expect(Check(kafkaKind.schema, wrong)).toBe(false));
  it('tells every file that is wrong', () => {
    const wrong = {
      ...settings,
      tls: { ca_file: '/ca', cert_file: '/cert' },
      sasl: { mechanism: 'plain', username: 'u', password_file: '/p' },
    };
    expect(Check(kafkaKind.schema, wrong)).toBe(true);
    expect(issuesOf(kafkaKind, wrong, { files: { '/cert': 'x', '/p': '' } }).map(({ item }) => item)).toEqual([
      '/tls',
      '/tls/ca_file',
      '/tls',
      '/sasl/password_file',
    ]);
  });
  it('tries again when no broker is there', async () => {
    const output = openOutput(kafkaKind, settings);
    expect(await attempt(output)).toEqual({ kind: 'retry', error: expect.stringMatching(/^Kafka topic alerts: .*ECONNREFUSED/) });
    await output.close();
  });
  it('gives up an attempt in time when the broker says nothing', async () => {
    const silent: Server = createServer(() => {}).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as AddressInfo;
    const output = openOutput(kafkaKind, { ...settings, brokers: [`127.0.0.1:${port}`], timeout: '300ms' });
    expect(await attempt(output, undefined, 100)).toEqual({ kind: 'retry', error: 'Kafka topic alerts: no answer in time' });
    await output.close();
    silent.close();
  });
});
