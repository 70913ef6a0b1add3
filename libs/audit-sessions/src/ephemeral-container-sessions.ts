import type { AuditEvent, ExecSession } from '@whoran/contracts';
import { truncate } from '@whoran/kernel';
import { type KubernetesObject, objectIn, objectsIn, textIn } from './kubernetes-object.ts';
import { containerOf, podOf } from './pod-fields.ts';
import { refusalOf } from './refusal.ts';
import { type SessionOptions, sessionBase } from './session-report.ts';

const MAX_CONTAINERS = 100;

/** Sessions of `kubectl debug` with an ephemeral container. They end with the container, which the audit log does not show. */
export function ephemeralContainerSessions(event: AuditEvent, options: SessionOptions): ExecSession[] {
  const pod = podOf(event);
  if (!pod || (event.verb !== 'patch' && event.verb !== 'update') || event.stage !== 'ResponseComplete') return [];
  const session = { ...sessionBase(event, options), ...pod, kind: 'ephemeral-container' as const };
  if ((event.responseStatus?.code ?? 200) >= 400) return [{ ...session, phase: 'refused', reason: refusalOf(event) }];
  const started = { ...session, phase: 'started' as const, startedAt: event.stageTimestamp };
  const added = addedContainers(event);
  if (added.length === 0)
    return [
      {
        ...started,
        reason: withReason(session.reason, `the container is not known: the audit level is ${event.level}, and it takes Request or above`),
      },
    ];
  return added.slice(0, MAX_CONTAINERS).map((container, index) => ({
    ...started,
    ...containerOf(container),
    container: container['name'] as string,
    // A request has one session; of several containers in it the others are told apart by their names.
    ...(index === 0 ? {} : { id: truncate(`${session.id}/${container['name'] as string}`, 128) }),
  }));
}

/** The containers that the request added, as the answer shows them where it is there. */
function addedContainers({ verb, requestObject, responseObject }: AuditEvent): readonly KubernetesObject[] {
  const present = named(objectsIn(objectIn(objectIn(responseObject)['spec'])['ephemeralContainers']));
  const requested = named(requestedContainers(requestObject));
  // An update carries the whole pod. Containers are never removed and the new one is the last.
  if (verb === 'update' || requested.length === 0) return (present.length > 0 ? present : requested).slice(-1);
  return requested.map((container) => present.find(({ name }) => name === container['name']) ?? container);
}

/** Containers of a merge patch, or of a JSON patch. */
function requestedContainers(patch: unknown): readonly KubernetesObject[] {
  if (!Array.isArray(patch)) return objectsIn(objectIn(objectIn(patch)['spec'])['ephemeralContainers']);
  return objectsIn(patch).flatMap(({ path, value }) => {
    if (typeof path !== 'string' || !path.startsWith('/spec/ephemeralContainers')) return [];
    return Array.isArray(value) ? objectsIn(value) : objectsIn([value]);
  });
}

function named(containers: readonly KubernetesObject[]): readonly KubernetesObject[] {
  return containers.filter(({ name }) => textIn(name, 253) !== undefined);
}

function withReason(first: string | undefined, second: string): string {
  return first === undefined ? second : `${first}; ${second}`;
}
