import { isRecord } from '@whoran/kernel';
import type { ResponseTarget } from '@whoran/contracts';
import type { KubeObject, ObjectRef, PlannedStep } from '../operation.ts';

/** Cuts a pod off: a network policy that allows nothing, for a label that only this pod gets. Both are named after the response. */
export function planIsolatePod(target: ResponseTarget, pod: KubeObject | undefined, id: string): readonly PlannedStep[] {
  const { namespace = '', pod: name = '' } = target;
  const words = `Pod ${namespace}/${name}`;
  if (pod?.metadata.uid === undefined) return [{ what: `isolate ${words}`, impossible: 'there is no such pod' }];
  if (isRecord(pod['spec']) && pod['spec']['hostNetwork'] === true)
    return [{ what: `isolate ${words}`, impossible: 'it uses the network of its node, which network policies do not concern' }];
  const ref: ObjectRef = { apiVersion: 'v1', kind: 'Pod', namespace, name };
  const label = `isolated.whoran.dev/${id}`;
  const policy: KubeObject = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: `whoran-isolate-${id}`, namespace, labels: { 'app.kubernetes.io/managed-by': 'whoran' } },
    spec: { podSelector: { matchLabels: { [label]: 'true' } }, policyTypes: ['Ingress', 'Egress'] },
  };
  return [
    {
      what: `create NetworkPolicy ${namespace}/${policy.metadata.name}: no traffic in or out, where the network plugin applies policies`,
      operation: { kind: 'create', object: policy },
    },
    { what: `label ${words}: ${label}`, operation: { kind: 'label', ref, uid: pod.metadata.uid, label } },
  ];
}
