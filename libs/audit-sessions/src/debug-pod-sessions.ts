import type { AuditEvent, ExecSession } from '@whoran/contracts';
import { objectIn, objectsIn } from './kubernetes-object.ts';
import { containerOf, podOf } from './pod-fields.ts';
import { refusalOf } from './refusal.ts';
import { type SessionOptions, sessionBase } from './session-report.ts';

const MANAGED_BY = 'app.kubernetes.io/managed-by';
/** kubectl before 1.34 sets no label; a node debugger is then known by the name that kubectl makes. */
const NODE_DEBUGGER = /^node-debugger-.+-[a-z0-9]{5}$/;

/** The session of a pod that `kubectl debug` made, a copy or a node debugger: every container of it is the user's. */
export function debugPodSessions(event: AuditEvent, options: SessionOptions): ExecSession[] {
  if (event.verb !== 'create' || event.stage !== 'ResponseComplete') return [];
  const pod = podOf(event);
  if (!pod || !(isLabelled(event.requestObject) || isLabelled(event.responseObject) || NODE_DEBUGGER.test(pod.pod))) return [];
  const session = { ...sessionBase(event, options), ...pod, kind: 'debug-pod' as const, ...onlyContainer(event) };
  if ((event.responseStatus?.code ?? 201) >= 400) return [{ ...session, phase: 'refused', reason: refusalOf(event) }];
  return [{ ...session, phase: 'started', startedAt: event.stageTimestamp }];
}

function isLabelled(pod: unknown): boolean {
  return objectIn(objectIn(objectIn(pod)['metadata'])['labels'])[MANAGED_BY] === 'kubectl-debug';
}

/** What runs, when there is no doubt: the command of a pod's only container. It may be the one that the webhook changed. */
function onlyContainer(event: AuditEvent): Partial<ReturnType<typeof containerOf>> {
  const containers = objectsIn(objectIn(objectIn(event.requestObject)['spec'])['containers']);
  return containers.length === 1 && containers[0] ? containerOf(containers[0]) : {};
}
