import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { encodeUser, signedText } from '@whoran/contracts';
import { messageOf } from '@whoran/kernel';
import { openVerifier } from '@whoran/keyring';
import { UID, fixture } from '../spec-parts.ts';
import { type Reply, commandOf, review, tokenOf, webhookInSpec } from '../spec-server.ts';

const webhook = webhookInSpec();

describe('the API server', () => {
  it('gets a signed command, and the session is published once however often it asks', async () => {
    await webhook.start();
    const replies = [await webhook.call(fixture('exec')), await webhook.call(fixture('exec'))];
    expect(replies[0]).toMatchObject({
      status: 200,
      json: {
        apiVersion: 'admission.k8s.io/v1',
        kind: 'AdmissionReview',
        response: { uid: UID, allowed: true, patchType: 'JSONPatch', auditAnnotations: { session: UID, strategy: 'env' } },
      },
    });
    expect(replies[1]).toEqual(replies[0]);
    expect(commandOf(replies[0] as Reply).slice(2)).toEqual(['SEC_USER_ID=jane@example.com', 'ls', '-la', '/etc']);
    expect(await webhook.published()).toEqual([
      expect.objectContaining({ id: UID, cluster: 'test', phase: 'requested', injected: true, requestedAt: '2026-01-01T10:00:00.000Z' }),
    ]);
    const scope = { cluster: 'test', namespace: 'payments', pod: 'api-0', user: 'jane@example.com' };
    expect(openVerifier(webhook.dir, { clock: webhook.clock }).verify('test', tokenOf(replies[0] as Reply), signedText(UID, scope))).toBe(
      'valid',
    );
  });

  it('gets every recorded request answered with its uid', async () => {
    await webhook.start();
    const names = [
      'create-pod',
      'exec-awkward-user',
      'exec-equals-sign',
      'copy-to-pod',
      'copy-from-pod',
      'attach',
      'port-forward',
      'ephemeral-container',
      'debug-copy-unlabelled',
      'debug-node',
    ];
    for (const name of names) {
      const { uid } = (JSON.parse(fixture(name)) as { request: { uid: string } }).request;
      expect((await webhook.call(fixture(name))).json.response).toMatchObject({ uid, allowed: true });
    }
    expect((await webhook.published()).map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['exec', 'copy', 'attach', 'port-forward', 'ephemeral-container', 'debug-pod']),
    );
    expect(await webhook.published()).toHaveLength(8);
  });

  it('publishes nothing for a dry run', async () => {
    await webhook.start();
    expect((await webhook.call(review({ dryRun: true }))).json.response).toMatchObject({ allowed: true, patchType: 'JSONPatch' });
    expect(await webhook.published()).toEqual([]);
  });

  it('may act for a user with a name of 4 kB: the signature holds for the name in the session record', async () => {
    await webhook.start();
    const username = 'jäne '.repeat(800);
    const reply = await webhook.call(review({ userInfo: { username } }));
    expect(commandOf(reply)[2]).toBe('SEC_USER_ID=');
    const user = encodeUser((await webhook.published())[0]?.user.username ?? '');
    expect(
      openVerifier(webhook.dir, { clock: webhook.clock }).verify(
        'test',
        tokenOf(reply),
        signedText(UID, { cluster: 'test', namespace: 'payments', pod: 'api-0', user }),
      ),
    ).toBe('valid');
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
    await webhook.start();
    // A server that refuses a long body closes the connection while the client still writes.
    const reply = await webhook
      .call(body)
      .catch((error: unknown) => ({ status: 413, json: { error: { message: `too large: ${messageOf(error)}` } } }));
    expect([reply.status, reply.json.error?.message]).toEqual([status, expect.stringMatching(message)]);
    expect((await webhook.call(fixture('exec'))).status).toBe(200);
  });

  it.each<['open' | 'closed', boolean]>([
    ['open', true],
    ['closed', false],
  ])('that has a uid is answered with it: fail %s', async (failPolicy, allowed) => {
    await webhook.start({ failPolicy });
    const noUser = await webhook.call(review({ userInfo: undefined as unknown as { username: string } }));
    expect(noUser).toMatchObject({ status: 200, json: { response: { uid: UID, allowed } } });
    const badCommand = await webhook.call(review({}, { command: [1] }));
    expect(badCommand).toMatchObject({ status: 200, json: { response: { uid: UID, allowed } } });
    if (!allowed)
      expect(badCommand.json.response).toMatchObject({ status: { code: 500, message: expect.stringContaining('object.command') } });
    expect(await webhook.published()).toEqual([]);
  });
});

describe('trouble inside', () => {
  it.each<['open' | 'closed', boolean]>([
    ['open', true],
    ['closed', false],
  ])('is answered with the uid: fail %s', async (failPolicy, allowed) => {
    webhook.clock.now = () => {
      throw new Error('a bug');
    };
    await webhook.start({ failPolicy }).finally(() => undefined);
    expect((await webhook.call(fixture('exec'))).json.response).toMatchObject({ uid: UID, allowed });
  });

  it.each<['open' | 'closed', boolean, string]>([
    ['open', true, 'requested'],
    ['closed', false, 'refused'],
  ])('without a key leaves the exec unsigned and the service not ready: fail %s', async (failPolicy, allowed, phase) => {
    await webhook.start({ failPolicy, keys: join(webhook.dir, 'none') });
    const reply = await webhook.call(fixture('exec'));
    expect(reply.json.response).toMatchObject({ uid: UID, allowed, auditAnnotations: { session: UID, strategy: 'none' } });
    expect(reply.json.response).not.toHaveProperty('patch');
    expect(await webhook.published()).toEqual([
      expect.objectContaining({ phase, injected: false, reason: expect.stringContaining('no key') }),
    ]);
    expect((await webhook.probe('/readyz')).status).toBe(503);
  });
});
