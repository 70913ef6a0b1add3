import { describe, expect, it } from '@jest/globals';
import { err, ok } from '@whoran/kernel';
import type { ConnectionSettings } from './http.config.ts';
import { type HttpTarget, type TargetDefaults, httpTarget } from './http-target.ts';
import { SecretReader } from './secret-reader.ts';

const url = 'https://hooks.example.com/a/b';
const readFile = (path: string) =>
  path === '/missing' ? err('names a file that cannot be read') : ok(path === '/newline' ? 'a\nb' : 'file text');
const readEnv = (name: string) => (name === 'SET' ? 'from-environment' : undefined);

function target(
  settings: ConnectionSettings,
  defaults: Partial<TargetDefaults> = {},
): { target: HttpTarget | undefined; items: string[]; said: string } {
  const reader = new SecretReader({ readFile, readEnv });
  const made = httpTarget(settings, { query: {}, headers: {}, ...defaults }, reader);
  return { target: made, items: reader.issues.map(({ item = '' }) => item), said: JSON.stringify(reader.issues) };
}

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
    [{ url_env: 'UNSET' }, ['/url_env']],
    [{ url, url_env: 'SET' }, ['']],
    [{ url, bearer_token_file: '/t', bearer_token_env: 'SET' }, ['/bearer_token_env']],
    [{ url, basic_auth: { username: 'u' } }, ['/basic_auth']],
    [{ url, oauth2: { token_url: 'x', client_id: 'c' } }, ['/oauth2', '/oauth2/token_url']],
    [{ url, oauth2: { token_url: url, client_id: 'c', client_secret_env: 'SET' }, bearer_token_env: 'SET' }, ['']],
  ])('are refused where they are wrong: %j', (settings, items) => {
    expect(target(settings).items).toEqual(items);
  });
  it('say nothing of the values that are wrong', () => {
    expect(target({ url: 'ftp://secret', headers: { Host: 'secret', 'X-A': 'secret\n' } }).said).not.toContain('secret');
  });
  it('take 10 seconds when no time is given, and make the headers of authentication', () => {
    expect(target({ url, basic_auth: { username: 'u', password_file: '/p' } })).toMatchObject({
      target: { timeout: 10_000, headers: { authorization: `Basic ${Buffer.from('u:file text').toString('base64')}` } },
    });
    expect(target({ url, timeout: '500ms', bearer_token_file: '/t' })).toMatchObject({
      target: { timeout: 500, headers: { authorization: 'Bearer file text' } },
    });
  });
  it('may stand in the environment', () => {
    expect(target({ url, bearer_token_env: 'SET' }).target).toMatchObject({ headers: { authorization: 'Bearer from-environment' } });
  });
  it('add a path and a query of the service to a URL that lacks them', () => {
    const defaults = { path: '/api/v2/alerts', query: { pipeline: 'p' } };
    expect(target({ url: 'https://a.example/am/' }, defaults).target?.url.href).toBe('https://a.example/am/api/v2/alerts?pipeline=p');
    expect(target({ url: 'https://a.example/api/v2/alerts?pipeline=q' }, defaults).target?.url.href).toBe(
      'https://a.example/api/v2/alerts?pipeline=q',
    );
  });
  it('may replace the URL and the headers of a service', () => {
    const defaults = { url: 'https://service.example/', headers: { 'X-Key': 'preset', 'X-Other': 'o' } };
    expect(target({}, defaults).target?.url.href).toBe('https://service.example/');
    expect(target({ url, headers: { 'x-key': 'own' } }, defaults).target?.headers).toEqual({ 'x-key': 'own', 'x-other': 'o' });
  });
});
