import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { topics } from '@whoran/contracts';
import { ConfigInvalid } from '@whoran/kernel';
import { generateKey, retireKey } from '@whoran/keyring';
import { type WebhookMutatorConfig } from '@whoran/webhook-mutator';
import { UID, fixture } from './spec-parts.ts';
import { type Reply, START, commandOf, review, tokenOf, webhookInSpec } from './spec-server.ts';

const SECRET = 'a-long-secret-word';

const webhook = webhookInSpec();

describe('while it runs', () => {
  it('the signing key is rotated', async () => {
    await webhook.start();
    const first = tokenOf(await webhook.call(review()));
    const { kid } = generateKey(webhook.dir, START);
    webhook.clock.advanceTo(START + 30_000);
    expect(tokenOf(await webhook.call(review())).kid).toBe(first.kid);
    webhook.clock.advanceTo(START + 62_000);
    expect(tokenOf(await webhook.call(review())).kid).toBe(kid);
    retireKey(webhook.dir, first.kid);
    writeFileSync(join(webhook.dir, 'broken.key.pem'), 'x');
    webhook.clock.advanceTo(START + 70_000);
    expect(tokenOf(await webhook.call(review())).kid).toBe(kid);
  });

  it('the certificate is replaced', async () => {
    const files = join(webhook.dir, 'tls');
    cpSync(join(webhook.root, 'ours'), files, { recursive: true });
    await webhook.start({ tlsCert: join(files, 'tls.crt'), tlsKey: join(files, 'tls.key'), clientCa: join(files, 'ca.crt') });
    const before = await webhook.call(review());
    cpSync(join(webhook.root, 'others'), files, { recursive: true });
    const asOther = () => ({
      ca: readFileSync(webhook.others.caFile),
      cert: readFileSync(webhook.others.clientCertFile),
      key: readFileSync(webhook.others.clientKeyFile),
    });
    let after: Reply | undefined;
    for (let tries = 0; tries < 50 && after?.status !== 200; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      after = await webhook.call(review(), asOther()).catch(() => undefined);
    }
    expect(after?.status).toBe(200);
    expect(after?.serial).not.toBe(before.serial);
  });

  it('policy and quarantine change with their files; a bad file changes nothing', async () => {
    const [policyFile, quarantineFile] = [join(webhook.dir, 'policy.yaml'), join(webhook.dir, 'quarantine.yaml')];
    writeFileSync(policyFile, 'rules: []\n');
    writeFileSync(quarantineFile, 'blocked: []\n');
    await webhook.start({ policyFile, quarantineFile });
    expect(commandOf(await webhook.call(review()))[0]).toBe('/usr/bin/env');
    writeFileSync(policyFile, 'rules:\n  - {namespaces: [payments], strategy: sh}\n');
    webhook.clock.advanceTo(START + 2000);
    expect(commandOf(await webhook.call(review()))[0]).toBe('/bin/sh');
    writeFileSync(policyFile, 'rules: nonsense\n');
    writeFileSync(quarantineFile, 'blocked:\n  - {users: [jane@example.com], reason: incident 42}\n');
    webhook.clock.advanceTo(START + 4000);
    const message = 'exec refused by whoran: user jane@example.com is quarantined: incident 42';
    const refused = await webhook.call(review({ uid: '00000000-0000-4000-8000-000000000001' }));
    expect(refused.json.response).toMatchObject({ allowed: false, status: { code: 403, message }, auditAnnotations: { strategy: 'none' } });
    expect((await webhook.published()).at(-1)).toMatchObject({ phase: 'refused', injected: false, reason: message });
    expect(commandOf(await webhook.call(review({ userInfo: { username: 'joe' } })))[0]).toBe('/bin/sh');
    expect(await webhook.metric('whoran_webhook_settings_file_good{file="policy"')).toBe(0);
    expect(await webhook.metric('whoran_webhook_admissions_total{kind="exec",outcome="refused"')).toBe(1);
  });

  it('keeps out whom a response quarantines, at once, but nobody who is exempt', async () => {
    await webhook.start({ quarantineExemptGroups: ['glass'] });
    const response = {
      id: 'r1',
      revision: 2,
      action: 'quarantine' as const,
      state: 'done' as const,
      dryRun: false,
      target: { group: 'devs', cluster: 'test' },
      reason: 'incident 42',
      author: 'ana',
      approvals: [],
      createdAt: new Date(START).toISOString(),
      changedAt: new Date(START).toISOString(),
      steps: [],
    };
    const isLetIn = async (...groups: string[]) =>
      (await webhook.call(review({ userInfo: { username: 'joe', groups } }))).json.response?.['allowed'];
    expect(await isLetIn('devs')).toBe(true);
    await webhook.respond(response);
    expect([await isLetIn('devs'), await isLetIn('devs', 'glass'), await isLetIn()]).toEqual([false, true, true]);
    await webhook.respond({ ...response, revision: 4, state: 'undone' });
    expect(await isLetIn('devs')).toBe(true);
  });

  it('tells the admission of a session as the root of its trace, without who and what', async () => {
    await webhook.start();
    webhook.tracing.spans.length = 0;
    await webhook.call(review());
    await webhook.call(review({ uid: 'a-dry-run', dryRun: true }));
    expect(webhook.tracing.spans).toEqual([
      {
        sessionId: UID,
        name: 'admission',
        start: START,
        end: START,
        attributes: {
          'k8s.cluster.name': 'test',
          'k8s.namespace.name': 'payments',
          'k8s.pod.name': expect.any(String),
          'whoran.session.kind': 'exec',
          'whoran.session.observer': 'webhook',
          'whoran.strategy': 'env',
          'whoran.outcome': 'injected',
        },
      },
    ]);
  });

  it.each([
    [true, 'none'],
    [false, 'env'],
  ])('what resolvers learned is followed: %s', async (learnedStrategies, strategy) => {
    await webhook.start({ learnedStrategies });
    const lesson = {
      cluster: 'test',
      imageId: 'i',
      strategy: 'none' as const,
      failures: 3,
      pods: 2,
      learnedAt: '2026-01-01T09:00:00Z',
      expiresAt: '2026-01-02T09:00:00Z',
    };
    await webhook.service.bus.publish(topics.imageStrategies, [lesson]);
    await webhook.service.bus.idle();
    const object = {
      metadata: { labels: { 'app.kubernetes.io/managed-by': 'kubectl-debug' } },
      spec: { containers: [{ name: 'a', image: 'x' }] },
      status: { containerStatuses: [{ name: 'a', imageID: 'i' }] },
    };
    const reply = await webhook.call(review({ operation: 'CREATE', subResource: '', name: 'a', object }));
    expect(reply.json.response).toMatchObject({ auditAnnotations: { strategy } });
  });
});

describe('at start', () => {
  it.each<[string, Partial<WebhookMutatorConfig>, RegExp]>([
    ['nobody to trust', { clientCa: undefined }, /WHORAN_WEBHOOK_SECRET_PATH must be set/],
    ['no TLS', { tlsCert: undefined, tlsKey: undefined, clientCa: undefined, secretPath: SECRET }, /WHORAN_WEBHOOK_TLS_CERT: must be set/],
    ['no cluster', { cluster: '' }, /WHORAN_WEBHOOK_CLUSTER/],
    ['half a certificate', { tlsKey: undefined }, /set together/],
    ['names without a CA', { clientCa: undefined, secretPath: SECRET, clientNames: ['x'] }, /WHORAN_WEBHOOK_CLIENT_NAMES/],
    ['no kubeconfig', { kubernetes: 'kubeconfig' }, /WHORAN_WEBHOOK_KUBECONFIG/],
    [
      'a kubeconfig that is not there',
      { kubernetes: 'kubeconfig', kubeconfig: '/nonexistent/config' },
      /\/nonexistent\/config cannot be used/,
    ],
    ['a policy file that is not there', { policyFile: '/nonexistent/policy.yaml' }, /\/nonexistent\/policy\.yaml: cannot be read/],
  ])('it refuses: %s', async (_name, different, message) => {
    const failure = await webhook.start(different).then(
      () => undefined,
      (error: unknown) => error as Error,
    );
    expect(failure).toBeInstanceOf(ConfigInvalid);
    expect(failure?.message).toMatch(message);
  });

  it('it refuses a bad policy and a bad key with every problem', async () => {
    const policyFile = join(webhook.dir, 'policy.yaml');
    writeFileSync(policyFile, 'rules:\n  - strategy: bash\n  - {users: jane, strategy: env}\n');
    await expect(webhook.start({ policyFile })).rejects.toThrow(/rules\/0\/strategy.*line 2[^]*rules\/1\/users.*line 3/);
    writeFileSync(join(webhook.dir, 'broken.key.pem'), 'x');
    await expect(webhook.start()).rejects.toThrow(/broken\.key\.pem/);
  });

  it('it takes any caller over plain HTTP where development allows it', async () => {
    await webhook.start({ tlsCert: undefined, tlsKey: undefined, clientCa: undefined, allowUnauthenticated: true });
    const reply = await fetch(`${webhook.service.service.url}/mutate`, { method: 'POST', body: fixture('exec') });
    expect(await reply.json()).toMatchObject({ response: { uid: UID, allowed: true } });
  });
});
