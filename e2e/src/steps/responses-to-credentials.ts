import assert from 'node:assert/strict';
import type { Response } from '@whoran/contracts';
import { ROBOT } from '../cluster/make-objects.ts';
import { PODS, type Stage } from '../stage.ts';
import { CLUSTER } from '../whoran/cluster-name.ts';

const WHY = ['--cluster', CLUSTER, '--reason', 'incident 42'];
const TOKEN = 'robot-token';

/** A user and a service account lose what bindings give them, and get it back exactly. */
export async function checkCredentials(stage: Stage): Promise<void> {
  const { checks, cli, awkward, jane, robot } = stage;
  const user = ['response', 'disable-credentials', '--user', awkward.username, ...WHY, '-o', 'json'];
  let before = await bindings(stage);
  let id = '';
  await checks.check('a preview lists every binding, and changes nothing', async () => {
    const { steps } = JSON.parse(await cli.text(...user, '--preview')) as Response;
    const planned = steps.filter(({ state }) => state === 'planned').map(({ what }) => what);
    assert.equal(planned.length, 2, planned.join('\n'));
    assert.equal(steps.filter(({ state }) => state === 'failed').length, 0, JSON.stringify(steps));
    assert.deepEqual(await bindings(stage), before);
    return planned.map((what) => what.replace(awkward.username, '…')).join('; ');
  });
  await checks.check('a user loses all role bindings, and others keep theirs', async () => {
    id = (JSON.parse(await cli.text(...user)) as Response).id;
    const { code, stderr } = await awkward.run(['exec', PODS.shell, '--', 'true']);
    assert.notEqual(code, 0);
    assert.match(stderr, /forbidden/i);
    await jane.text(['exec', PODS.shell, '--', 'true']);
  });
  await checks.check('undone, the bindings are exactly what they were', async () => {
    await cli.text('response', 'undo', id);
    assert.deepEqual(await bindings(stage), before);
    await awkward.text(['exec', PODS.shell, '--', 'true']);
  });
  before = await bindings(stage);
  await makeToken(stage);
  const account = ['response', 'disable-credentials', '--user', robot.username, ...WHY, '-o', 'json'];
  await checks.check('a service account loses its bindings and its token Secret', async () => {
    id = (JSON.parse(await cli.text(...account)) as Response).id;
    assert.equal((await stage.admin.run(['-n', stage.namespace, 'get', 'secret', TOKEN])).code, 1);
    assert.notEqual((await robot.run(['exec', PODS.shell, '--', 'true'])).code, 0);
  });
  await checks.check('undone, it has its bindings, and a Secret for a new token', async () => {
    await cli.text('response', 'undo', id);
    assert.deepEqual(await bindings(stage), before);
    const { type } = await stage.admin.json<{ readonly type: string }>(['-n', stage.namespace, 'get', 'secret', TOKEN]);
    assert.equal(type, 'kubernetes.io/service-account-token');
    await robot.text(['exec', PODS.shell, '--', 'true']);
  });
}

interface Binding {
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly uid: string };
  readonly roleRef: object;
  readonly subjects?: readonly object[];
}

/** Every binding of the cluster, without what the API server counts. */
async function bindings({ admin }: Stage): Promise<readonly object[]> {
  const { items } = await admin.json<{ readonly items: readonly Binding[] }>([
    'get',
    'rolebindings,clusterrolebindings',
    '--all-namespaces',
  ]);
  return items.map(({ metadata: { name, namespace, uid }, roleRef, subjects }) => ({ name, namespace, uid, roleRef, subjects }));
}

async function makeToken({ admin, namespace }: Stage): Promise<void> {
  await admin.apply({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: TOKEN, namespace, annotations: { 'kubernetes.io/service-account.name': ROBOT } },
    type: 'kubernetes.io/service-account-token',
  });
}
