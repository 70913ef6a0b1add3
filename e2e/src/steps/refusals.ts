import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { PODS, type Stage, auditCheck } from '../stage.ts';
import { RELOAD } from './bare-images.ts';

const REASON = 'incident 42, ask the security team';

/** Who is kept out: by quarantine, which is ours, and by RBAC, which is the cluster's. Both are listed. */
export async function checkRefusals(stage: Stage): Promise<void> {
  const { checks, awkward, jane, whoran, signal } = stage;
  checks.section('Refused');
  whoran.writeQuarantine(JSON.stringify({ blocked: [{ users: [awkward.username], reason: REASON }] }));
  await sleep(RELOAD, undefined, { signal });
  await checks.check('a user in quarantine is told why', async () => {
    const { code, stderr } = await awkward.run(['exec', PODS.shell, '--', 'touch', '/tmp/quarantined']);
    assert.notEqual(code, 0);
    assert.ok(stderr.includes(REASON), stderr);
  });
  await checks.check('nothing ran, and others are not concerned', async () => {
    assert.equal((await jane.run(['exec', PODS.shell, '--', 'test', '-e', '/tmp/quarantined'])).code, 1);
  });
  await checkListed(stage, 'quarantine', awkward.username);
  whoran.writeQuarantine('');
  await sleep(RELOAD, undefined, { signal });
  await checks.check('out of quarantine, exec works again', async () => void (await awkward.text(['exec', PODS.shell, '--', 'true'])));
  await checks.check('RBAC refuses who may not exec', async () => {
    const { code, stderr } = await stage.visitor.run(['exec', PODS.shell, '--', 'true']);
    assert.notEqual(code, 0);
    assert.match(stderr, /forbidden/i);
  });
  await auditCheck(stage, 'RBAC: listed as refused, with its user', async () => {
    const session = await stage.cli.session(['--user', stage.visitor.username, '--phase', 'refused'], () => true);
    assert.equal(session.audit?.code, 403);
  });
}

async function checkListed(stage: Stage, title: string, user: string): Promise<void> {
  const filters = ['--user', user, '--phase', 'refused'];
  await stage.checks.check(`${title}: listed as refused, with the reason`, async () => {
    const { reason } = await stage.cli.session(filters, (session) => session.reason?.includes(REASON) === true);
    return reason;
  });
  await auditCheck(stage, `${title}: with its audit id`, async () => {
    const { id, audit } = await stage.cli.session(
      filters,
      (session) => session.audit !== undefined && session.reason?.includes(REASON) === true,
    );
    assert.equal(audit?.id, stage.whoran.audit.auditIdOf(id));
  });
}
