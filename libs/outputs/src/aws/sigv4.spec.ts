import { describe, expect, it } from '@jest/globals';
import { signed } from './sigv4.ts';

// The requests and signatures of the test suite that AWS publishes for Signature Version 4, and of the examples for S3.
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const scope = { service: 'service', region: 'us-east-1', now: Date.parse('2015-08-30T12:36:00Z') };

describe('a signature of AWS', () => {
  it.each([
    ['GET', 'https://example.amazonaws.com/', {}, '', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
    ['POST', 'https://example.amazonaws.com/', {}, '', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
    [
      'GET',
      'https://example.amazonaws.com/?Param2=value2&Param1=value1',
      {},
      '',
      'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
    ],
    [
      'POST',
      'https://example.amazonaws.com/',
      { 'content-type': 'application/x-www-form-urlencoded' },
      'Param1=value1',
      'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
    ],
  ])('of %s %s with %j is that of the published case', (method, url, headers, body, signature) => {
    const { authorization } = signed({ method, url: new URL(url), headers, body }, credentials, scope);
    expect(authorization).toContain(`Signature=${signature}`);
    expect(authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20150830\/us-east-1\/service\/aws4_request, SignedHeaders=/);
  });
  it('of an object for S3 is that of the published example', () => {
    const request = {
      method: 'PUT',
      url: new URL('https://examplebucket.s3.amazonaws.com/test$file.text'),
      headers: { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
      body: 'Welcome to Amazon S3.',
    };
    const { authorization, ...headers } = signed(
      request,
      { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' },
      { service: 's3', region: 'us-east-1', now: Date.parse('2013-05-24T00:00:00Z') },
    );
    expect(authorization).toContain('Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd');
    expect(headers).toMatchObject({
      'x-amz-content-sha256': '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
      'x-amz-date': '20130524T000000Z',
    });
  });
  it('covers the token of a session', () => {
    const request = { method: 'GET', url: new URL('https://example.amazonaws.com/'), headers: {}, body: '' };
    const headers = signed(request, { ...credentials, sessionToken: 'token' }, scope);
    expect(headers).toMatchObject({ 'x-amz-security-token': 'token', authorization: expect.stringContaining(';x-amz-security-token,') });
  });
});
