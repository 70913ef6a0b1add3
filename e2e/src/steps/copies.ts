import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PODS, type Stage, auditCheck } from '../stage.ts';

/** `kubectl cp` both ways: the bytes are equal, and the sessions are copies with direction and path. */
export async function checkCopies(stage: Stage, folder: string): Promise<void> {
  const { checks, awkward, cli, namespace } = stage;
  checks.section('kubectl cp');
  const [source, back] = [join(folder, 'upload.bin'), join(folder, 'download.bin')];
  const content = randomBytes(1_500_000);
  await checks.check('a file goes into the pod and comes back the same', async () => {
    writeFileSync(source, content);
    await awkward.text(['cp', source, `${PODS.shell}:/tmp/copied.bin`]);
    await awkward.text(['cp', `${PODS.shell}:/tmp/copied.bin`, back]);
    assert.ok(readFileSync(back).equals(content), 'the bytes differ');
  });
  for (const [direction, path] of [
    ['to-pod', '/tmp'],
    ['from-pod', '/tmp/copied.bin'],
  ] as const) {
    const filters = ['--namespace', namespace, '--kind', 'copy', '--user', awkward.username];
    await checks.check(`${direction}: listed as a copy, with its path`, async () => {
      const { copy, injected } = await cli.session(filters, (session) => session.copy?.direction === direction);
      assert.deepEqual([copy?.path, injected], [path, true]);
    });
    await auditCheck(stage, `${direction}: with its audit id`, async () => {
      const { id, audit } = await cli.session(filters, (session) => session.copy?.direction === direction && session.audit !== undefined);
      assert.equal(audit?.id, stage.whoran.audit.auditIdOf(id));
    });
  }
}
