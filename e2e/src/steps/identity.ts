import assert from 'node:assert/strict';
import { type TokenScope, encodeUser, parseToken, signedText } from '@whoran/contracts';
import type { SessionRecord } from '@whoran/forensics-api';
import type { Kubectl } from '../cluster/kubectl.ts';
import { PODS, type Stage, auditCheck } from '../stage.ts';
import { CLUSTER } from '../whoran/cluster-name.ts';

/** What the two variables in a container said. */
export interface Marks {
  readonly session: string;
  readonly kid: string;
  readonly user: string;
}

/** Every user's session: the token in the container, the audit event and the CLI say the same. */
export async function checkIdentities(stage: Stage): Promise<void> {
  stage.checks.section('Who ran that: token, audit event and CLI say the same');
  const { jane, awkward, robot, oncall } = stage;
  for (const person of [jane, awkward, robot, oncall]) await checkPerson(stage, person);
  await checkProof(stage);
}

async function checkPerson(stage: Stage, person: Kubectl): Promise<void> {
  const { checks, cli, namespace, whoran } = stage;
  let marks: Marks | undefined;
  let listed: SessionRecord | undefined;
  await checks.check(`${person.username}: the command runs with a token that verifies`, async () => {
    marks = verified(stage, person.username, PODS.shell, await person.text(['exec', PODS.shell, '--', 'env']));
    return `session ${marks.session}`;
  });
  await checks.check(`${person.username}: whoran sessions --user lists it, injected, with its command`, async () => {
    const session = await cli.session(['--user', person.username, '--since', '1h'], ({ id }) => id === marks?.session);
    assert.deepEqual(
      {
        user: session.user.name,
        namespace: session.namespace,
        pod: session.pod,
        container: session.container,
        command: session.command,
        kind: session.kind,
        injected: session.injected,
        strategy: session.strategy,
      },
      {
        user: person.username,
        namespace,
        pod: PODS.shell,
        container: 'main',
        command: ['env'],
        kind: 'exec',
        injected: true,
        strategy: 'env',
      },
    );
  });
  await auditCheck(stage, `${person.username}: the audit event has the session, and the CLI its audit id`, async () => {
    listed = await cli.session(
      ['--user', person.username],
      ({ id, audit, phase }) => id === marks?.session && audit !== undefined && phase === 'ended',
    );
    assert.equal(listed.audit?.id, whoran.audit.auditIdOf(listed.id));
    assert.deepEqual(listed.observers, ['webhook', 'audit']);
    assert.equal(listed.user.name, person.username);
    assert.equal(listed.audit?.code, 101);
    return `audit ${listed.audit.id}`;
  });
  if (person === stage.oncall)
    await auditCheck(stage, 'the administrator behind it is named', async () => assert.ok(listed?.user.impersonator));
}

async function checkProof({ checks, jane, namespace, whoran }: Stage): Promise<void> {
  await checks.check('the token verifies for no other pod and no other user', async () => {
    const token = parseToken(variable(await jane.text(['exec', PODS.shell, '--', 'env']), 'SEC_SESSION'));
    assert.ok(token);
    const scope: TokenScope = { cluster: CLUSTER, namespace, pod: PODS.shell, user: encodeUser(jane.username) };
    const verify = (different: Partial<TokenScope>) =>
      whoran.verifier.verify(CLUSTER, token, signedText(token.session, { ...scope, ...different }));
    assert.deepEqual(
      [verify({}), verify({ pod: PODS.bare }), verify({ user: 'root' }), verify({ cluster: 'other' })],
      ['valid', 'invalid', 'invalid', 'invalid'],
    );
  });
}

/** Reads the variables from the output of `env`, and verifies the signature with the public keys. */
export function verified({ whoran, namespace }: Stage, username: string, pod: string, output: string): Marks {
  const token = parseToken(variable(output, 'SEC_SESSION'));
  assert.ok(token, `no token in ${output.slice(0, 300)}`);
  const user = encodeUser(username);
  assert.equal(variable(output, 'SEC_USER_ID'), user);
  assert.equal(whoran.verifier.verify(CLUSTER, token, signedText(token.session, { cluster: CLUSTER, namespace, pod, user })), 'valid');
  return { session: token.session, kid: token.kid, user };
}

function variable(output: string, name: string): string {
  return new RegExp(`^${name}=(.*?)\\r?$`, 'm').exec(output)?.[1] ?? '';
}
