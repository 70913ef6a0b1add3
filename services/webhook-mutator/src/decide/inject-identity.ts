import type { ExecSession } from '@whoran/contracts';
import { truncate } from '@whoran/kernel';
import type { AdmissionRequest } from '../admission/admission-request.ts';
import type { Blocked } from '../quarantine/quarantine.ts';
import { decideEphemeral, decidePod } from './decide-containers.ts';
import { decideConnection, decideExec } from './decide-exec.ts';
import type { Decision, DecisionContext } from './decision.ts';

const VERBS: Readonly<Record<ExecSession['kind'], string>> = {
  exec: 'exec',
  copy: 'copy',
  attach: 'attach',
  'port-forward': 'port-forward',
  'ephemeral-container': 'debug',
  'debug-pod': 'debug',
};

/** Decides what becomes of a request: the whole of the webhook's judgement, without I/O. */
export function injectIdentity(request: AdmissionRequest, context: DecisionContext): Decision {
  const decision = decide(request, context);
  if (decision.kind !== 'admitted' && decision.kind !== 'unsigned') return decision;
  const { session } = decision;
  const blocked = context.blocked(session.user, session.namespace);
  return blocked ? refuse(session, blocked) : decision;
}

/** Whether a request connects to a pod that exists, so that knowing the pod is of use. */
export function connectsToPod(request: AdmissionRequest): boolean {
  return request.operation === 'CONNECT' && isPod(request);
}

function decide(request: AdmissionRequest, context: DecisionContext): Decision {
  if (!isPod(request)) return { kind: 'untouched' };
  switch (`${request.operation} ${request.subResource ?? ''}`) {
    case 'CONNECT exec':
      return decideExec(request, context);
    case 'CONNECT attach':
      return decideConnection(request, context, 'attach');
    case 'CONNECT portforward':
      return decideConnection(request, context, 'port-forward');
    case 'UPDATE ephemeralcontainers':
      return decideEphemeral(request, context);
    case 'CREATE ':
      return decidePod(request, context);
    default:
      return { kind: 'untouched' };
  }
}

function isPod({ resource }: AdmissionRequest): boolean {
  return resource.resource === 'pods' && !resource.group;
}

function refuse(session: ExecSession, { who, reason, until }: Blocked): Decision {
  const end = until === undefined ? '' : ` until ${new Date(until).toISOString()}`;
  const message = `${VERBS[session.kind]} refused by whoran: ${truncate(who, 300)} is quarantined${end}: ${reason}`;
  return { kind: 'refused', session: { ...session, phase: 'refused', injected: false, strategy: 'none', reason: message }, message };
}
