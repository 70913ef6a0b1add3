import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { Check } from 'typebox/value';
import { attempt, issuesOf, openOutput } from '../spec-support/open-output.ts';
import { smtpKind } from './smtp.output.ts';

const settings = { host: 'mail.example.com', from: 'whoran <whoran@example.com>', to: ['soc@example.com'] };

describe('a receiver that is mail', () => {
  it.each([
    [{ ...settings, from: 'nobody' }],
    [{ ...settings, to: [] }],
    [{ ...settings, to: ['a@x.org\r\nBcc: b@x.org'] }],
    [{ ...settings, to: ['a@x.org, b@x.org'] }],
    [{ ...settings, host: 'smtp://x' }],
    [{ ...settings, auth: { username: 'x', password: 'in the open' } }],
  ])('cannot be %j', (wrong) => expect(Check(smtpKind.schema, wrong)).toBe(false));
  it('tells everything that is wrong', () => {
    const wrong = {
      ...settings,
      encryption: 'none',
      auth: { username: 'u' },
      tls: { ca_file: '/none' },
      subject: '{{ nothing }}',
      body: '{% if %}',
    };
    expect(Check(smtpKind.schema, wrong)).toBe(true);
    expect(issuesOf(smtpKind, wrong).map(({ item }) => item)).toEqual(['/auth', '/tls', '/auth', '/tls/ca_file', '/subject', '/body']);
  });
  it('tries again when nobody listens, and when the server says nothing', async () => {
    const nobody = openOutput(smtpKind, { ...settings, host: '127.0.0.1', port: 1 });
    expect(await attempt(nobody)).toEqual({ kind: 'retry', error: expect.stringMatching(/^mail by 127\.0\.0\.1: .*ECONNREFUSED/) });
    await nobody.close();
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as AddressInfo;
    const output = openOutput(smtpKind, { ...settings, host: '127.0.0.1', port });
    expect(await attempt(output, undefined, 100)).toMatchObject({ kind: 'retry' });
    await output.close();
    silent.close();
  });
});
