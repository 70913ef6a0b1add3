import assert from 'node:assert/strict';
import type { Response } from '@whoran/contracts';
import { PODS, type Stage } from '../stage.ts';
import { CLUSTER } from '../whoran/cluster-name.ts';
import type { Cli } from '../whoran/cli.ts';

const LONELY = 'lonely-0';

/** Pods are ended and cut off where that is possible, and where it is not it is said. */
export async function checkPods(stage: Stage): Promise<void> {
  const { checks, cli, admin, namespace, whoran } = stage;
  const place = (pod: string) => ['--cluster', CLUSTER, '--namespace', namespace, '--pod', pod, '--reason', 'incident 42', '-o', 'json'];
  const respond = async (asker: Cli, action: string, pod: string, ...more: readonly string[]) =>
    JSON.parse(await asker.text('response', action, ...place(pod), ...more)) as Response;

  // Pods that are never started: what is looked at are the objects.
  await admin.apply(
    waitingPod(LONELY, namespace, {}),
    waitingPod('debugger-0', namespace, { 'app.kubernetes.io/managed-by': 'kubectl-debug' }),
  );
  await checks.check('the pod of a kubectl debug is deleted', async () => {
    assert.equal((await respond(cli, 'end-session', 'debugger-0')).state, 'done');
    await admin.text(['-n', namespace, 'wait', '--for=delete', 'pod/debugger-0', '--timeout=20s']);
  });
  await checks.check('a pod that nothing starts again is left alone, and it is said', async () => {
    const asked = { action: 'end-session', target: { cluster: CLUSTER, namespace, pod: PODS.shell }, reason: 'incident 42' };
    const { steps } = await preview(stage, asked);
    assert.equal(steps[0]?.state, 'impossible');
    return steps[0].error;
  });
  await checks.check('two people isolate a pod, by label and network policy', async () => {
    const { id, state } = await respond(cli, 'isolate-pod', LONELY);
    assert.equal(state, 'proposed');
    await assert.rejects(cli.text('response', 'approve', id), /another person/);
    await cli.with({ WHORAN_ROUTER_TOKEN: whoran.tokens.bob }).text('response', 'approve', id);
    const label = `isolated.whoran.dev/${id}`;
    assert.equal((await labelsOf(stage, LONELY))[label], 'true');
    await admin.text(['-n', namespace, 'get', 'networkpolicy', `whoran-isolate-${id}`]);
    await cli.text('response', 'undo', id);
    assert.equal((await labelsOf(stage, LONELY))[label], undefined);
    assert.equal((await admin.run(['-n', namespace, 'get', 'networkpolicy', `whoran-isolate-${id}`])).code, 1);
  });
}

/** By the API: the command line ends with 1 when nothing can be done. */
async function preview({ whoran, signal }: Stage, asked: object): Promise<Response> {
  const headers = { authorization: `Bearer ${whoran.tokens.ana}`, 'content-type': 'application/json' };
  const url = `${whoran.services.router.url}/api/v1/responses/preview`;
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(asked), signal });
  assert.equal(answer.status, 200);
  return (await answer.json()) as Response;
}

async function labelsOf({ admin, namespace }: Stage, pod: string): Promise<Readonly<Record<string, string>>> {
  const { metadata } = await admin.json<{ readonly metadata: { readonly labels?: Readonly<Record<string, string>> } }>([
    '-n',
    namespace,
    'get',
    'pod',
    pod,
  ]);
  return metadata.labels ?? {};
}

function waitingPod(name: string, namespace: string, labels: Readonly<Record<string, string>>): object {
  const container = { name: 'main', image: 'whoran.invalid/nothing:1' };
  const spec = { schedulingGates: [{ name: 'whoran.dev/never' }], automountServiceAccountToken: false, containers: [container] };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, labels }, spec };
}
