import { randomBytes } from 'node:crypto';
import { accessObjects, responderObjects } from './access.ts';
import { Kubectl } from './kubectl.ts';
import { type PodShape, barePod, tickingPod } from './pods.ts';
import { type WebhookAddress, webhookConfiguration } from './webhook-configuration.ts';
import { PODS } from '../stage.ts';

/** The service account that enters pods. */
export const ROBOT = 'robot';
/** Deleting must not be ended with the run, but must end. Milliseconds. */
const CLEAN_LIMIT = 50_000;

/** What the test makes in the cluster. Everything else there is left alone. */
export interface TestObjects {
  readonly namespace: string;
  makeNamespace(): Promise<void>;
  makePods(shape: PodShape): Promise<void>;
  /** Resolves when the API server calls the webhook. */
  installWebhook(address: WebhookAddress, injects: () => Promise<boolean>): Promise<void>;
  /** Removes everything, also after an interruption. */
  remove(): Promise<void>;
}

/** The objects of one run, with names that no other run has. */
export function testObjects(admin: Kubectl): TestObjects {
  const name = `whoran-e2e-${randomBytes(3).toString('hex')}`;
  return {
    namespace: name,
    makeNamespace: async () => {
      // Debugging a node takes a privileged pod, which the cluster's defaults may forbid.
      const labels = { 'pod-security.kubernetes.io/enforce': 'privileged' };
      await admin.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
      await admin.apply(
        { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: ROBOT, namespace: name } },
        ...accessObjects(name, name, ROBOT),
        ...responderObjects(responderName(name)),
      );
    },
    makePods: async (shape) => {
      const pods = [tickingPod(PODS.shell, shape), ...(shape.bareImage === undefined ? [] : [barePod(PODS.bare, shape.bareImage, shape)])];
      const inNamespace = admin.inNamespace(name, admin.kubeconfig, admin.username);
      await inNamespace.apply(...pods);
      await inNamespace.text(['wait', '--for=condition=Ready', 'pod', '--all', '--timeout=55s']);
    },
    installWebhook: async (address, injects) => {
      await admin.apply(webhookConfiguration(name, name, address));
      for (let attempt = 0; attempt < 30; attempt += 1) if (await injects()) return;
      throw new Error('the API server does not call the webhook: is --webhook-url an address at which it reaches this machine?');
    },
    remove: () => removeObjects(admin.kubeconfig, name),
  };
}

async function removeObjects(kubeconfig: string, name: string): Promise<void> {
  const admin = new Kubectl(kubeconfig, 'cleaning', AbortSignal.timeout(CLEAN_LIMIT));
  const problems: string[] = [];
  // The webhook goes first: nothing may call an address where nobody listens any more.
  for (const args of [
    ['delete', 'mutatingwebhookconfiguration,clusterrole,clusterrolebinding', name, '--ignore-not-found'],
    ['delete', 'clusterrole,clusterrolebinding', responderName(name), '--ignore-not-found'],
    ['-n', name, 'delete', 'pods', '--all', '--force', '--grace-period=0', '--timeout=20s'],
    ['delete', 'namespace', name, '--ignore-not-found', '--wait=false'],
  ]) {
    const { code, stderr } = await admin.run(args);
    if (code !== 0) problems.push(stderr.trim());
  }
  if (problems.length > 0) throw new Error(`in the cluster, objects named ${name} may be left: ${problems.join('; ')}`);
}

function responderName(name: string): string {
  return `${name}-response`;
}
