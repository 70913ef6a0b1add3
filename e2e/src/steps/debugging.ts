import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SessionKind } from '@whoran/contracts';
import { podBasics, pullPolicy } from '../cluster/pods.ts';
import { PODS, type Stage, auditCheck } from '../stage.ts';
import { verified } from './identity.ts';

const SHOW_ENVIRONMENT = ['sh', '-c', 'env; echo shown; sleep 300'];
const COPY = 'shell-0-debug';

/** `kubectl debug` in its three forms: the variables are in the environment of the containers it makes. */
export async function checkDebugging(stage: Stage): Promise<void> {
  stage.checks.section('kubectl debug');
  await inPod(stage);
  await byCopy(stage);
  await onNode(stage);
}

async function inPod(stage: Stage): Promise<void> {
  const { jane } = stage;
  await checkForm(stage, 'an ephemeral container', 'ephemeral-container', async () => {
    await jane.text(['debug', PODS.shell, ...imageFlags(stage), '-c', 'helper', '--', ...SHOW_ENVIRONMENT]);
    return { pod: PODS.shell, container: 'helper' };
  });
}

/** kubectl before 1.34 does not label its copies, so that nothing tells them from other pods. */
async function byCopy(stage: Stage): Promise<void> {
  const { jane } = stage;
  const version = await jane.json<{ readonly clientVersion: { readonly gitVersion: string; readonly minor: string } }>([
    'version',
    '--client',
  ]);
  const labels = Number.parseInt(version.clientVersion.minor, 10) >= 34;
  const title = labels
    ? 'a copy of a pod'
    : `a copy of a pod, created with the label that kubectl 1.34 sets and ${version.clientVersion.gitVersion} does not`;
  await checkForm(stage, title, 'debug-pod', async () => {
    if (labels)
      await jane.text([
        'debug',
        PODS.shell,
        ...imageFlags(stage),
        '-c',
        'helper',
        `--copy-to=${COPY}`,
        '--same-node',
        '--',
        ...SHOW_ENVIRONMENT,
      ]);
    else await jane.text(['create', '-f', '-'], { stdin: JSON.stringify(labelledCopy(stage)) });
    return { pod: COPY, container: 'helper' };
  });
}

async function onNode(stage: Stage): Promise<void> {
  const { jane, admin } = stage;
  await checkForm(stage, 'a node', 'debug-pod', async () => {
    const node = stage.shape.node ?? (await admin.text(['get', 'nodes', '-o', 'jsonpath={.items[0].metadata.name}']));
    const { code, stdout, stderr } = await jane.run(['debug', `node/${node}`, ...imageFlags(stage), '--', ...SHOW_ENVIRONMENT]);
    const pod = /node-debugger-\S+/.exec(`${stdout.toString()} ${stderr}`)?.[0];
    assert.ok(code === 0 && pod, `kubectl debug ended with ${code}: ${stderr}`);
    return { pod, container: 'debugger' };
  });
}

async function checkForm(
  stage: Stage,
  title: string,
  kind: SessionKind,
  start: () => Promise<{ pod: string; container: string }>,
): Promise<void> {
  const { checks, jane, cli, namespace } = stage;
  let session: string | undefined;
  let pod = '';
  await checks.check(`${title}: the container has the token in its environment`, async () => {
    const made = await start();
    pod = made.pod;
    session = verified(stage, jane.username, pod, await environmentOf(stage, made)).session;
  });
  const filters = ['--namespace', namespace, '--kind', kind, '--user', jane.username];
  await checks.check(`${title}: listed, injected`, async () => {
    const listed = await cli.session(filters, ({ id }) => id === session);
    assert.deepEqual([listed.pod, listed.injected], [pod, true]);
  });
  await auditCheck(stage, `${title}: with its audit id`, async () => {
    const { id, audit } = await cli.session(filters, (listed) => listed.id === session && listed.audit !== undefined);
    assert.equal(audit?.id, stage.whoran.audit.auditIdOf(id));
  });
}

/** What the container wrote, as soon as it has written all of it. */
async function environmentOf({ jane, signal }: Stage, { pod, container }: { pod: string; container: string }): Promise<string> {
  for (let attempt = 0; attempt < 60; attempt += 1) {
    const { stdout } = await jane.run(['logs', pod, '-c', container]);
    if (/^shown$/m.test(stdout.toString())) return stdout.toString();
    await sleep(500, undefined, { signal });
  }
  throw new Error(`${pod}/${container} wrote nothing in 30 s`);
}

function imageFlags({ shape }: Stage): readonly string[] {
  const { imagePullPolicy } = pullPolicy(shape);
  return [`--image=${shape.image}`, ...(imagePullPolicy === undefined ? [] : [`--image-pull-policy=${imagePullPolicy}`])];
}

function labelledCopy({ shape, namespace }: Stage): object {
  const helper = { name: 'helper', image: shape.image, command: SHOW_ENVIRONMENT, ...pullPolicy(shape) };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: COPY, namespace, labels: { 'app.kubernetes.io/managed-by': 'kubectl-debug' } },
    spec: { ...podBasics(shape), containers: [helper] },
  };
}
