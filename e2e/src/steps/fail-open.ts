import assert from 'node:assert/strict';
import { type Stage, PODS, auditCheck } from '../stage.ts';

/** The webhook is stopped: exec works, and the audit log still tells who it was. */
export async function checkFailOpen(stage: Stage): Promise<void> {
  const { checks, awkward, cli, whoran, namespace } = stage;
  checks.section('With the webhook stopped (failurePolicy: Ignore)');
  assert.ok(await whoran.services.webhook.stop());
  const marker = 'nobody asked the webhook';
  await checks.check('exec works as without whoran', async () => {
    const output = await awkward.text(['exec', PODS.shell, '--', 'sh', '-c', `echo "${marker}"; env`]);
    assert.match(output, new RegExp(`^${marker}$`, 'm'));
    assert.doesNotMatch(output, /SEC_SESSION/);
  });
  await auditCheck(stage, 'the session is listed as uninjected, with its user from the audit event', async () => {
    const listed = await cli.session(
      ['--namespace', namespace, '--injected', 'no'],
      ({ command, phase }) => phase === 'ended' && command?.some((word) => word.includes(marker)) === true,
    );
    assert.deepEqual([listed.user.name, listed.pod, listed.injected, listed.observers], [awkward.username, PODS.shell, false, ['audit']]);
    assert.equal(listed.id, `audit:${listed.audit?.id}`);
    assert.match(listed.reason ?? '', /could not be reached/);
    return listed.reason;
  });
}
