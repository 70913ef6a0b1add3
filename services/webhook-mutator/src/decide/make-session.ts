import type { ExecSession } from '@whoran/contracts';
import { truncate } from '@whoran/kernel';
import type { AdmissionRequest } from '../admission/admission-request.ts';
import type { KnownContainer, KnownPod } from '../pods/known-pod.ts';
import type { DecisionContext } from './decision.ts';
import { identityOf } from './identity-of.ts';

/** Characters of a command that a record keeps: it must fit a message of the bus. The API server takes up to 1 MiB. */
const MAX_COMMAND = 262_144;
const MAX_ARGUMENTS = 10_000;

/** What is known about a session when it is asked for, before anything is decided. */
export interface Entry {
  readonly kind: ExecSession['kind'];
  readonly pod: string;
  readonly known?: KnownPod;
  readonly container?: KnownContainer;
  readonly command?: readonly string[];
  readonly tty?: boolean;
  readonly stdin?: boolean;
}

/** The record of a session that was asked for and, so far, not injected. Its id is the request.uid. */
export function makeSession(request: AdmissionRequest, entry: Entry, context: DecisionContext): ExecSession {
  const { kind, pod, known, container, command, tty, stdin } = entry;
  return {
    id: request.uid.toLowerCase(),
    cluster: context.cluster,
    kind,
    phase: 'requested',
    observer: 'webhook',
    revision: 0,
    user: identityOf(request.userInfo),
    namespace: request.namespace ?? '',
    pod,
    ...(known?.uid === undefined ? {} : { podUid: truncate(known.uid, 128) }),
    ...(known?.node === undefined ? {} : { node: truncate(known.node, 253) }),
    ...(container ? { container: truncate(container.name, 253) } : {}),
    ...(container?.image === undefined ? {} : { image: truncate(container.image, 1024) }),
    ...(container?.imageId === undefined ? {} : { imageId: truncate(container.imageId, 1024) }),
    ...(command ? { command: withinBudget(command) } : {}),
    ...(tty === undefined ? {} : { tty }),
    ...(stdin === undefined ? {} : { stdin }),
    injected: false,
    strategy: 'none',
    requestedAt: new Date(context.now).toISOString(),
  };
}

function withinBudget(command: readonly string[]): string[] {
  const kept: string[] = [];
  let left = MAX_COMMAND;
  for (const argument of command) {
    if (left <= 0 || kept.length >= MAX_ARGUMENTS) return [...kept, '…'];
    kept.push(truncate(argument, left));
    left -= argument.length;
  }
  return kept;
}
