import { readFileSync } from 'node:fs';
import { Agent, type RequestOptions } from 'node:https';
import { describe, expect, it } from '@jest/globals';
import { fixture } from '../spec-parts.ts';
import { webhookInSpec } from '../spec-server.ts';

const SECRET = 'a-long-secret-word';

const webhook = webhookInSpec();

describe('a stranger', () => {
  const strangers: [string, () => RequestOptions][] = [
    ['without a certificate', () => ({ cert: undefined, key: undefined })],
    [
      'with a certificate of another CA',
      () => ({ cert: readFileSync(webhook.others.clientCertFile), key: readFileSync(webhook.others.clientKeyFile) }),
    ],
    ['with another way to write the path', () => ({ cert: undefined, key: undefined, path: '/%6dutate' })],
    ['with a wrong secret, even under a good certificate', () => ({ path: '/mutate/another-secret-word' })],
  ];
  it.each(strangers)('%s gets 403, no signature and no session', async (_name, options) => {
    await webhook.start();
    const reply = await webhook.call(fixture('exec'), { ...options(), rejectUnauthorized: false });
    expect([reply.status, reply.json.response]).toEqual([403, undefined]);
    expect(reply.json.error?.message).toMatch(/only the API server/);
    expect(await webhook.published()).toEqual([]);
    expect((await webhook.call(fixture('exec'))).status).toBe(200);
  });

  it('of the same CA is one too, when names are listed', async () => {
    await webhook.start({ clientNames: ['front-proxy-client'] });
    expect((await webhook.call(fixture('exec'))).status).toBe(403);
    await webhook.start({ clientNames: ['kube-apiserver'] });
    expect((await webhook.call(fixture('exec'))).status).toBe(200);
  });

  it('is told apart by the secret path, where there are no client certificates', async () => {
    await webhook.start({ clientCa: undefined, secretPath: SECRET });
    const status = async (path: string) => (await webhook.call(fixture('exec'), { path })).status;
    expect([
      await status(`/mutate/${SECRET}?timeout=5s`),
      await status('/mutate'),
      await status('/mutate/'),
      await status(`/mutate/${SECRET}x`),
    ]).toEqual([200, 403, 403, 403]);
  });

  it('is none who resumes a TLS session: its certificate still counts, and so does having none', async () => {
    await webhook.start({ clientNames: ['kube-apiserver'] });
    const twice = async (options: RequestOptions) => {
      // An agent without keep-alive remembers sessions, and connects anew for each request.
      const agent = new Agent({ keepAlive: false });
      return [await webhook.call(fixture('exec'), { ...options, agent }), await webhook.call(fixture('exec'), { ...options, agent })].map(
        ({ status, resumed }) => [status, resumed],
      );
    };
    expect(await twice({})).toEqual([
      [200, false],
      [200, true],
    ]);
    expect(await twice({ cert: undefined, key: undefined })).toEqual([
      [403, false],
      [403, true],
    ]);
  });

  it('may ask for health and metrics', async () => {
    await webhook.start();
    const probe = async (path: string) => (await webhook.probe(path)).status;
    expect([await probe('/livez'), await probe('/readyz'), await probe('/metrics')]).toEqual([200, 200, 200]);
  });
});
