import { describe, expect, it } from '@jest/globals';
import { type Result, err, ok } from '@whoran/kernel';
import { webhookTarget } from './webhook-target.ts';

const url = 'https://hooks.example.com/a/b';
const readFile = (path: string): Result<string, string> =>
  path === '/missing' ? err('names a file that cannot be read') : ok(path === '/newline' ? 'a\nb' : 'file text');
const target = (settings: Parameters<typeof webhookTarget>[0]) => webhookTarget(settings, readFile);

describe('the settings of a webhook', () => {
  it.each([
    [{}, ['']],
    [{ url, url_file: '/url' }, ['']],
    [{ url_file: '/missing' }, ['/url_file']],
    [{ url: 'not a url' }, ['/url']],
    [{ url: 'file:///etc/passwd' }, ['/url']],
    [{ url: 'https://user:password@example.com/' }, ['/url']],
    [{ url, headers: { Host: 'x' } }, ['/headers/Host']],
    [{ url, headers: { 'a/b': 'x' } }, ['/headers/a~1b']],
    [{ url, headers: { 'X-A': 'a\r\nX-B: b' } }, ['/headers/X-A']],
    [{ url, headers: { 'X-A': '1' }, header_files: { 'x-a': '/f' } }, ['/header_files/x-a']],
    [{ url, header_files: { 'X-A': '/newline', 'X-B': '/missing' } }, ['/header_files/X-B', '/header_files/X-A']],
    [{ url, headers: { Authorization: 'x' }, bearer_token_file: '/token' }, ['']],
    [{ url, basic_auth: { username: 'u', password_file: '/missing' } }, ['/basic_auth/password_file']],
    [{ url, tls: { cert_file: '/cert' } }, ['/tls', '/tls']],
    [{ url, tls: { ca_file: '/missing' } }, ['/tls/ca_file']],
  ])('are refused where they are wrong: %j', (settings, items) => {
    const result = target(settings);
    expect(result.ok ? [] : result.error.map(({ item }) => item)).toEqual(items);
  });
  it('say nothing of the values that are wrong', () => {
    expect(JSON.stringify(target({ url: 'ftp://secret', headers: { Host: 'secret', 'X-A': 'secret\n' } }))).not.toContain('secret');
  });
  it('take 10 seconds when no time is given, and make the headers of authentication', () => {
    expect(target({ url, basic_auth: { username: 'u', password_file: '/p' } })).toMatchObject({
      ok: true,
      value: { timeout: 10_000, headers: { authorization: `Basic ${Buffer.from('u:file text').toString('base64')}` } },
    });
    expect(target({ url, timeout: '500ms', bearer_token_file: '/t' })).toMatchObject({
      ok: true,
      value: { timeout: 500, headers: { authorization: 'Bearer file text' } },
    });
  });
});
