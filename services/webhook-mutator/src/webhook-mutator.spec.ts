import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type RequestOptions, request } from 'node:https';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type ExecSession, type Token, encodeUser, parseToken, signedText, topics } from '@whoran/contracts';
import { ConfigInvalid, VirtualClock } from '@whoran/kernel';
import { type DevelopmentCertificates, generateKey, issueDevelopmentCertificates, openVerifier, retireKey } from '@whoran/keyring';
import { type ServiceInSpec, startForSpec } from '@whoran/testing';
import { type WebhookMutatorConfig, webhookMutator } from '@whoran/webhook-mutator';
import { UID, aRequest, fixture } from './spec-parts.ts';

const START = Date.parse('2026-01-01T10:00:00Z');
const SECRET = 'a-long-secret-word';

let root: string;
let ours: DevelopmentCertificates;
let others: DevelopmentCertificates;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'webhook-'));
  ours = await issueDevelopmentCertificates(join(root, 'ours'), ['127.0.0.1']);
  others = await issueDevelopmentCertificates(join(root, 'others'), ['127.0.0.1']);
});
afterAll(() => rmSync(root, { recursive: true }));

let dir: string;
let clock: VirtualClock;
let inSpec: ServiceInSpec;
let sessions: ExecSession[];
beforeEach(() => {
  dir = mkdtempSync(join(root, 'case-'));
  clock = new VirtualClock(START);
  generateKey(dir, START - 3_600_000);
});
afterEach(async () => void (await inSpec?.service.stop()));

async function start(different: Partial<WebhookMutatorConfig> = {}): Promise<void> {
  const tls = { tlsCert: ours.certFile, tlsKey: ours.keyFile, clientCa: ours.caFile };
  inSpec = await startForSpec(webhookMutator, { cluster: 'test', port: 0, keys: dir, ...tls, ...different }, { clock });
  sessions = await inSpec.collect(topics.execSessions);
}

interface Reply {
  readonly status: number;
  readonly json: { readonly response?: Record<string, unknown> & { readonly patch?: string }; readonly error?: { readonly message: string } };
  readonly serial: string;
}

const asApiServer = () => ({ ca: readFileSync(ours.caFile), cert: readFileSync(ours.clientCertFile), key: readFileSync(ours.clientKeyFile) });

/** Calls the webhook as the API server does, or as a spec wants. */
function call(body: string | Buffer, options: RequestOptions = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const path = options.path ?? '/mutate?timeout=5s';
    const outgoing = request(`${inSpec.service.url}${path}`, { method: 'POST', agent: false, headers: { 'content-type': 'application/json' }, ...asApiServer(), ...options, path }, (response) => {
      const { serialNumber: serial } = (response.socket as TLSSocket).getPeerCertificate();
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, json: JSON.parse(Buffer.concat(chunks).toString()) as Reply['json'], serial }));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const review = (...args: Parameters<typeof aRequest>) => JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request: aRequest(...args) });
const patchOf = ({ json }: Reply) => JSON.parse(Buffer.from(json.response?.patch ?? '', 'base64').toString()) as { value: string[] }[];
const commandOf = (reply: Reply) => patchOf(reply)[0]?.value ?? [];
const tokenOf = (reply: Reply) => parseToken((commandOf(reply)[1] ?? '').replace('SEC_SESSION=', '')) as Token;
const published = async () => {
  await new Promise((resolve) => setImmediate(resolve));
  await inSpec.bus.idle();
  return sessions;
};

describe('the API server', () => {
  it('gets a signed command, and the session is published once however often it asks', async () => {
    await start();
    const replies = [await call(fixture('exec')), await call(fixture('exec'))];
    expect(replies[0]).toMatchObject({ status: 200, json: { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: { uid: UID, allowed: true, patchType: 'JSONPatch', auditAnnotations: { session: UID, strategy: 'env' } } } });
    expect(replies[1]).toEqual(replies[0]);
    expect(commandOf(replies[0] as Reply).slice(2)).toEqual(['SEC_USER_ID=jane@example.com', 'ls', '-la', '/etc']);
    expect(await published()).toEqual([expect.objectContaining({ id: UID, cluster: 'test', phase: 'requested', injected: true, requestedAt: '2026-01-01T10:00:00.000Z' })]);
    const scope = { cluster: 'test', namespace: 'payments', pod: 'api-0', user: 'jane@example.com' };
    expect(openVerifier(dir, { clock }).verify('test', tokenOf(replies[0] as Reply), signedText(UID, scope))).toBe('valid');
  });

  it('gets every recorded request answered with its uid', async () => {
    await start();
    const names = ['create-pod', 'exec-awkward-user', 'exec-equals-sign', 'copy-to-pod', 'copy-from-pod', 'attach', 'port-forward', 'ephemeral-container', 'debug-copy-unlabelled', 'debug-node'];
    for (const name of names) {
      const { uid } = (JSON.parse(fixture(name)) as { request: { uid: string } }).request;
      expect((await call(fixture(name))).json.response).toMatchObject({ uid, allowed: true });
    }
    expect((await published()).map(({ kind }) => kind)).toEqual(expect.arrayContaining(['exec', 'copy', 'attach', 'port-forward', 'ephemeral-container', 'debug-pod']));
    expect(sessions).toHaveLength(8);
  });

  it('publishes nothing for a dry run', async () => {
    await start();
    expect((await call(review({ dryRun: true }))).json.response).toMatchObject({ allowed: true, patchType: 'JSONPatch' });
    expect(await published()).toEqual([]);
  });

  it('may act for a user with a name of 4 kB: the signature holds for the name in the session record', async () => {
    await start();
    const username = 'jäne '.repeat(800);
    const reply = await call(review({ userInfo: { username } }));
    expect(commandOf(reply)[2]).toBe('SEC_USER_ID=');
    const user = encodeUser((await published())[0]?.user.username ?? '');
    expect(openVerifier(dir, { clock }).verify('test', tokenOf(reply), signedText(UID, { cluster: 'test', namespace: 'payments', pod: 'api-0', user }))).toBe('valid');
  });
});

describe('a stranger', () => {
  const strangers: [string, () => RequestOptions][] = [
    ['without a certificate', () => ({ cert: undefined, key: undefined })],
    ['with a certificate of another CA', () => ({ cert: readFileSync(others.clientCertFile), key: readFileSync(others.clientKeyFile) })],
    ['with another way to write the path', () => ({ cert: undefined, key: undefined, path: '/%6dutate' })],
    ['with a wrong secret, even under a good certificate', () => ({ path: '/mutate/another-secret-word' })],
  ];
  it.each(strangers)('%s gets 403, no signature and no session', async (_name, options) => {
    await start();
    const reply = await call(fixture('exec'), { ...options(), rejectUnauthorized: false } as RequestOptions);
    expect([reply.status, reply.json.response]).toEqual([403, undefined]);
    expect(reply.json.error?.message).toMatch(/only the API server/);
    expect(await published()).toEqual([]);
    expect((await call(fixture('exec'))).status).toBe(200);
  });

  it('of the same CA is one too, when names are listed', async () => {
    await start({ clientNames: ['front-proxy-client'] });
    expect((await call(fixture('exec'))).status).toBe(403);
    await inSpec.service.stop();
    await start({ clientNames: ['kube-apiserver'] });
    expect((await call(fixture('exec'))).status).toBe(200);
  });

  it('is told apart by the secret path, where there are no client certificates', async () => {
    await start({ clientCa: undefined, secretPath: SECRET });
    const status = async (path: string) => (await call(fixture('exec'), { path })).status;
    expect([await status(`/mutate/${SECRET}?timeout=5s`), await status('/mutate'), await status('/mutate/'), await status(`/mutate/${SECRET}x`)]).toEqual([200, 403, 403, 403]);
  });

  it('may ask for health and metrics', async () => {
    await start();
    const probe = (path: string) => fetchStatus(path);
    expect([await probe('/livez'), await probe('/readyz'), await probe('/metrics')]).toEqual([200, 200, 200]);
  });
});

describe('a bad body', () => {
  const bodies: [string, string | Buffer, number, RegExp][] = [
    ['not JSON', 'hello', 400, /not JSON/],
    ['empty', '', 400, /not JSON/],
    ['not UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), 400, /not UTF-8/],
    ['another kind', '{"kind":"Pod","apiVersion":"v1"}', 400, /not an AdmissionReview but of kind "Pod"/],
    ['a list', '[]', 400, /not an AdmissionReview/],
    ['an old version', '{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1beta1","request":{}}', 400, /admissionReviewVersions/],
    ['no request', '{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1"}', 400, /no request/],
    ['no uid', review({ uid: undefined as unknown as string }), 400, /uid/],
    ['100,000 nested braces', '{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000), 400, /nests deeper/],
    ['17 MB', Buffer.alloc(17_000_000, 0x20), 413, /too large/],
  ];
  it.each(bodies)('(%s) gets a clear message, and the next one is served', async (_name, body, status, message) => {
    await start();
    // A server that refuses a long body closes the connection while the client still writes.
    const reply = await call(body).catch((error: NodeJS.ErrnoException) => ({ status: 413, json: { error: { message: `too large: ${error.code}` } } }));
    expect([reply.status, reply.json.error?.message]).toEqual([status, expect.stringMatching(message)]);
    expect((await call(fixture('exec'))).status).toBe(200);
  });

  it.each<['open' | 'closed', boolean]>([['open', true], ['closed', false]])('that has a uid is answered with it: fail %s', async (failPolicy, allowed) => {
    await start({ failPolicy });
    const noUser = await call(review({ userInfo: undefined as unknown as { username: string } }));
    expect(noUser).toMatchObject({ status: 200, json: { response: { uid: UID, allowed } } });
    const badCommand = await call(review({}, { command: [1] }));
    expect(badCommand).toMatchObject({ status: 200, json: { response: { uid: UID, allowed } } });
    if (!allowed) expect(badCommand.json.response).toMatchObject({ status: { code: 500, message: expect.stringContaining('object.command') } });
    expect(await published()).toEqual([]);
  });
});

describe('trouble inside', () => {
  it.each<['open' | 'closed', boolean]>([['open', true], ['closed', false]])('is answered with the uid: fail %s', async (failPolicy, allowed) => {
    clock.now = () => {
      throw new Error('a bug');
    };
    await start({ failPolicy }).finally(() => undefined);
    expect((await call(fixture('exec'))).json.response).toMatchObject({ uid: UID, allowed });
  });

  it.each<['open' | 'closed', boolean, string]>([['open', true, 'requested'], ['closed', false, 'refused']])('without a key leaves the exec unsigned and the service not ready: fail %s', async (failPolicy, allowed, phase) => {
    await start({ failPolicy, keys: join(dir, 'none') });
    const reply = await call(fixture('exec'));
    expect(reply.json.response).toMatchObject({ uid: UID, allowed, auditAnnotations: { session: UID, strategy: 'none' } });
    expect(reply.json.response).not.toHaveProperty('patch');
    expect(await published()).toEqual([expect.objectContaining({ phase, injected: false, reason: expect.stringContaining('no key') })]);
    expect(await fetchStatus('/readyz')).toBe(503);
  });
});

describe('while it runs', () => {
  it('the signing key is rotated', async () => {
    await start();
    const first = tokenOf(await call(review()));
    const { kid } = generateKey(dir, START);
    clock.advanceTo(START + 30_000);
    expect(tokenOf(await call(review())).kid).toBe(first.kid);
    clock.advanceTo(START + 62_000);
    expect(tokenOf(await call(review())).kid).toBe(kid);
    retireKey(dir, first.kid);
    writeFileSync(join(dir, 'broken.key.pem'), 'x');
    clock.advanceTo(START + 70_000);
    expect(tokenOf(await call(review())).kid).toBe(kid);
  });

  it('the certificate is replaced', async () => {
    const files = join(dir, 'tls');
    cpSync(join(root, 'ours'), files, { recursive: true });
    await start({ tlsCert: join(files, 'tls.crt'), tlsKey: join(files, 'tls.key'), clientCa: join(files, 'ca.crt') });
    const before = await call(review());
    cpSync(join(root, 'others'), files, { recursive: true });
    const asOther = () => ({ ca: readFileSync(others.caFile), cert: readFileSync(others.clientCertFile), key: readFileSync(others.clientKeyFile) });
    let after: Reply | undefined;
    for (let tries = 0; tries < 50 && after?.status !== 200; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      after = await call(review(), asOther()).catch(() => undefined);
    }
    expect(after?.status).toBe(200);
    expect(after?.serial).not.toBe(before.serial);
  });

  it('policy and quarantine change with their files; a bad file changes nothing', async () => {
    const [policyFile, quarantineFile] = [join(dir, 'policy.yaml'), join(dir, 'quarantine.yaml')];
    writeFileSync(policyFile, 'rules: []\n');
    writeFileSync(quarantineFile, 'blocked: []\n');
    await start({ policyFile, quarantineFile });
    expect(commandOf(await call(review()))[0]).toBe('/usr/bin/env');
    writeFileSync(policyFile, 'rules:\n  - {namespaces: [payments], strategy: sh}\n');
    clock.advanceTo(START + 2000);
    expect(commandOf(await call(review()))[0]).toBe('/bin/sh');
    writeFileSync(policyFile, 'rules: nonsense\n');
    writeFileSync(quarantineFile, 'blocked:\n  - {users: [jane@example.com], reason: incident 42}\n');
    clock.advanceTo(START + 4000);
    const message = 'exec refused by whoran: user jane@example.com is quarantined: incident 42';
    const refused = await call(review({ uid: '00000000-0000-4000-8000-000000000001' }));
    expect(refused.json.response).toMatchObject({ allowed: false, status: { code: 403, message }, auditAnnotations: { strategy: 'none' } });
    expect((await published()).at(-1)).toMatchObject({ phase: 'refused', injected: false, reason: message });
    expect(commandOf(await call(review({ userInfo: { username: 'joe' } })))[0]).toBe('/bin/sh');
    expect(await metric('whoran_webhook_settings_file_good{file="policy"')).toBe(0);
    expect(await metric('whoran_webhook_admissions_total{kind="exec",outcome="refused"')).toBe(1);
  });

  it.each([[true, 'none'], [false, 'env']])('what resolvers learned is followed: %s', async (learnedStrategies, strategy) => {
    await start({ learnedStrategies });
    const lesson = { cluster: 'test', imageId: 'i', strategy: 'none' as const, failures: 3, pods: 2, learnedAt: '2026-01-01T09:00:00Z', expiresAt: '2026-01-02T09:00:00Z' };
    await inSpec.bus.publish(topics.imageStrategies, [lesson]);
    await inSpec.bus.idle();
    const object = { metadata: { labels: { 'app.kubernetes.io/managed-by': 'kubectl-debug' } }, spec: { containers: [{ name: 'a', image: 'x' }] }, status: { containerStatuses: [{ name: 'a', imageID: 'i' }] } };
    const reply = await call(review({ operation: 'CREATE', subResource: '', name: 'a', object }));
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
    ['a kubeconfig that is not there', { kubernetes: 'kubeconfig', kubeconfig: '/nonexistent/config' }, /\/nonexistent\/config cannot be used/],
    ['a policy file that is not there', { policyFile: '/nonexistent/policy.yaml' }, /\/nonexistent\/policy\.yaml: cannot be read/],
  ])('it refuses: %s', async (_name, different, message) => {
    const failure = await start(different).then(() => undefined, (error: unknown) => error as Error);
    expect(failure).toBeInstanceOf(ConfigInvalid);
    expect(failure?.message).toMatch(message);
  });

  it('it refuses a bad policy and a bad key with every problem', async () => {
    const policyFile = join(dir, 'policy.yaml');
    writeFileSync(policyFile, 'rules:\n  - strategy: bash\n  - {users: jane, strategy: env}\n');
    await expect(start({ policyFile })).rejects.toThrow(/rules\/0\/strategy.*line 2[^]*rules\/1\/users.*line 3/);
    writeFileSync(join(dir, 'broken.key.pem'), 'x');
    await expect(start()).rejects.toThrow(/broken\.key\.pem/);
  });

  it('it takes any caller over plain HTTP where development allows it', async () => {
    await start({ tlsCert: undefined, tlsKey: undefined, clientCa: undefined, allowUnauthenticated: true });
    const reply = await fetch(`${inSpec.service.url}/mutate`, { method: 'POST', body: fixture('exec') });
    expect(await reply.json()).toMatchObject({ response: { uid: UID, allowed: true } });
  });
});

function get(path: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    request(`${inSpec.service.url}${path}`, { agent: false, ca: readFileSync(ours.caFile) }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk)).on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    }).on('error', reject).end();
  });
}

async function fetchStatus(path: string): Promise<number> {
  return (await get(path)).status;
}

async function metric(start: string): Promise<number> {
  const line = (await get('/metrics')).body.split('\n').find((text) => text.startsWith(start));
  return Number(line?.split(' ').at(-1));
}
