import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { generateKey, retireKey } from '@whoran/keyring';
import { PODS, type Stage } from '../stage.ts';
import { RELOAD } from './bare-images.ts';
import { verified } from './identity.ts';

/** A new key signs without a restart, and tokens of the old one still verify. */
export async function checkKeyRotation(stage: Stage): Promise<void> {
  const { checks, jane, whoran, signal } = stage;
  checks.section('Key rotation');
  const environment = () => jane.text(['exec', PODS.shell, '--', 'env']);
  const before = await environment();
  const { kid } = generateKey(whoran.keysDir);
  await sleep(RELOAD, undefined, { signal });
  await checks.check('the new key signs, without a restart', async () => {
    assert.equal(verified(stage, jane.username, PODS.shell, await environment()).kid, kid);
    return kid;
  });
  await checks.check('with the old key retired, its tokens still verify', async () => {
    const old = verified(stage, jane.username, PODS.shell, before).kid;
    assert.notEqual(old, kid);
    assert.ok(retireKey(whoran.keysDir, old).ok);
    await sleep(RELOAD, undefined, { signal });
    verified(stage, jane.username, PODS.shell, before);
    assert.equal(verified(stage, jane.username, PODS.shell, await environment()).kid, kid);
  });
}
