import { describe, expect, it } from '@jest/globals';
import { parseJson } from '@whoran/contracts';
import fc from 'fast-check';
import { redact, redactArgv } from '../redact/redact.ts';
import { redactPayload, shownPayload } from './redact-payload.ts';

const redactor = { text: redact, argv: redactArgv };

describe('a payload that is shown', () => {
  it.each([
    [
      '{"proc.cmdline":"mysql -ps3cret \\"x\\"","n":18446744073709551615}',
      '{"proc.cmdline":"mysql -p[redacted] \\"x\\"","n":18446744073709551615}',
    ],
    ['{"command":["psql","--password","s3cret"]}', '{"command":["psql","--password","[redacted]"]}'],
    ['{"a":[{"password":"s3cret"},1,null]}', '{"a":[{"password":"[redacted]"},1,null]}'],
    ['{"proc.cmdline": "mysql -ps3cret', '{"proc.cmdline": "mysql -p[redacted]'],
    ['not JSON, password=s3cret', 'not JSON, password=[redacted]'],
    ['"just a text"', '"just a text"'],
    ['', ''],
  ])('%s', (payload, shown) => {
    expect(redactPayload(payload, redactor)).toBe(shown);
  });

  it('is text although it came as bytes that are none', () => {
    const payload = Buffer.concat([Buffer.from([0xff]), Buffer.from('{"proc.cmdline": "mysql -ps3cret"}')]).toString('base64');
    expect(shownPayload({ reason: 'invalid-utf8', payload }, redactor)).toBe('\ufffd{"proc.cmdline": "mysql -p[redacted]"}');
  });

  it('is JSON if it was', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(parseJson(redactPayload(json, redactor)).ok).toBe(true);
      }),
    );
  });

  it.each([
    ['many quotes', '"'.repeat(900_000)],
    ['many words', '"password=x" '.repeat(70_000)],
    ['one long text', JSON.stringify({ 'proc.cmdline': 'curl -u a:s3cret https://u:s3cret@h/?token=s3cret '.repeat(18_000) })],
    ['many fields', JSON.stringify(Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`k${at}`, 'v'])))],
  ])('is cut and ready soon although it is as long as payloads may be: %s', (_what, payload) => {
    const began = performance.now();
    const shown = redactPayload(payload, redactor);
    expect(performance.now() - began).toBeLessThan(5000);
    expect(shown.length).toBeLessThan(200_000);
    expect(shown).not.toContain('s3cret');
  });
});
