import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { PODS, type Stage, auditCheck } from '../stage.ts';

/** Longer than the 2 s between looks at a settings file. Milliseconds. */
export const RELOAD = 3_000;

/** Images without `env`: injected execs fail as documented, and a rule of the policy spares them. */
export async function checkBareImages(stage: Stage): Promise<void> {
  const { checks, jane, whoran, shape, signal } = stage;
  checks.section('Images without env');
  if (shape.bareImage === undefined)
    return checks.notRun('an image without env', 'none is known on this cluster: name one with --bare-image');
  const command = ['exec', PODS.bare, '--', ...stage.bareCommand];
  await checks.check('an injected exec fails and says that /usr/bin/env is missing', async () => {
    const { code, stderr } = await jane.run(command);
    assert.notEqual(code, 0);
    assert.match(stderr, /\/usr\/bin\/env.*no such file or directory/s);
  });
  whoran.writePolicy(`rules: [{name: bare images, images: ["${shape.bareImage}"], strategy: none}]\n`);
  await sleep(RELOAD, undefined, { signal });
  await checks.check('with a rule "strategy: none" for the image, it runs without a token', async () => {
    const output = await jane.text(command);
    assert.doesNotMatch(output, /SEC_SESSION/);
  });
  await checks.check('other images are still injected', async () =>
    assert.match(await jane.text(['exec', PODS.shell, '--', 'env']), /SEC_SESSION/),
  );
  await checkListed(stage);
}

async function checkListed(stage: Stage): Promise<void> {
  const { checks, cli, jane, namespace } = stage;
  const filters = ['--namespace', namespace, '--pod', PODS.bare, '--user', jane.username, '--injected', 'no'];
  await checks.check('the session is listed as uninjected, with the rule that says so', async () => {
    const { reason } = await cli.session(filters, () => true);
    assert.match(reason ?? '', /bare images/);
    return reason;
  });
  await auditCheck(stage, 'with its audit id', async () => {
    const { id, audit } = await cli.session(filters, (session) => session.audit !== undefined);
    assert.equal(audit?.id, stage.whoran.audit.auditIdOf(id));
  });
}
