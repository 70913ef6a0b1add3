import type { ResponseTarget } from '@whoran/contracts';
import type { KubeObject, ObjectRef, PlannedStep } from '../operation.ts';
import type { EndSessionSettings } from '../response-settings.ts';

/** kubectl labels the pods that `kubectl debug` makes since 1.34; before, a node debugger is known by its name only. */
const DEBUG_LABEL = 'app.kubernetes.io/managed-by';
const NODE_DEBUGGER = /^node-debugger-.+-[a-z0-9]{5}$/;
const MIRROR = 'kubernetes.io/config.mirror';

/** Ends what runs in a pod, by ending the pod: Kubernetes has no way to end one session of it. */
export function planEndSession(target: ResponseTarget, pod: KubeObject | undefined, settings: EndSessionSettings): readonly PlannedStep[] {
  const { namespace = '', pod: name = '' } = target;
  const words = `Pod ${namespace}/${name}`;
  if (pod?.metadata.uid === undefined) return [{ what: `${words} is gone, and its sessions with it`, already: true }];
  const ref: ObjectRef = { apiVersion: 'v1', kind: 'Pod', namespace, name };
  const { uid } = pod.metadata;
  const grace = settings.graceSeconds === undefined ? {} : { graceSeconds: settings.graceSeconds };
  if (isDebugPod(pod)) return [{ what: `delete ${words}, made by kubectl debug`, operation: { kind: 'delete', ref, uid, ...grace } }];
  const why = whyNot(pod, settings);
  if (why !== undefined) return [{ what: `end the sessions in ${words}`, impossible: why }];
  const again = isControlled(pod) ? 'its controller starts another one' : 'nothing starts it again';
  return settings.pods === 'evict'
    ? [{ what: `evict ${words} as disruption budgets allow; ${again}`, operation: { kind: 'evict', ref, uid, ...grace } }]
    : [{ what: `delete ${words}; ${again}`, operation: { kind: 'delete', ref, uid, ...grace } }];
}

/** Whether `kubectl debug` made a pod. */
function isDebugPod({ metadata }: KubeObject): boolean {
  return metadata.labels?.[DEBUG_LABEL] === 'kubectl-debug' || NODE_DEBUGGER.test(metadata.name);
}

function whyNot(pod: KubeObject, { pods, uncontrolled }: EndSessionSettings): string | undefined {
  if (pod.metadata.annotations?.[MIRROR] !== undefined)
    return 'it is a static pod: the kubelet of its node runs it from a file, and the API server cannot stop it';
  if (pods === 'never') return 'its pod is not for debugging, and end-session.pods is "never" in the response file';
  if (isControlled(pod) || uncontrolled) return undefined;
  return 'nothing would start this pod again: end-session.uncontrolled of the response file allows it';
}

function isControlled({ metadata }: KubeObject): boolean {
  return metadata.ownerReferences?.some(({ controller }) => controller === true) ?? false;
}
