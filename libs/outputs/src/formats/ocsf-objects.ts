import type { Alert, Identity } from '@whoran/contracts';
import { millisOfNanos, parseInstant } from '@whoran/kernel';
import { type AlertFacts, firstInteger, firstText, given } from './alert-facts.ts';
import { severityOf } from './severity.ts';

/** The version of the Open Cybersecurity Schema Framework that the events are of. */
export const OCSF_VERSION = '1.9.0';

type Fields = Readonly<Record<string, unknown>>;

/** What every event of a class has. */
export function ocsfBase(alert: Alert, ids: { readonly category: number; readonly class: number; readonly activity: number }): Fields {
  const { ocsf, ocsfName } = severityOf(alert.priority);
  return {
    category_uid: ids.category,
    class_uid: ids.class,
    activity_id: ids.activity,
    type_uid: ids.class * 100 + ids.activity,
    severity_id: ocsf,
    severity: ocsfName,
  };
}

/** Who made the event, and which it is. */
export function ocsfMetadata(alert: Alert, profiles: readonly string[]): Fields {
  const { id, revision, eventId, attribution } = alert.whoran;
  return given({
    version: OCSF_VERSION,
    product: { name: 'whoran', vendor_name: 'whoran', feature: { name: 'alert-router' } },
    profiles: [...profiles],
    uid: `${id}/${revision}`,
    correlation_uid: attribution.session?.id,
    original_event_uid: eventId,
    log_provider: 'falco',
    log_name: alert.source ?? 'syscall',
    logged_time: ocsfTime(alert.whoran.raisedAt),
    original_time: alert.time,
    labels: alert.tags && alert.tags.length > 0 ? [...alert.tags] : undefined,
  });
}

/** Milliseconds since the epoch of an RFC 3339 time; nothing for a text that is none. */
export function ocsfTime(text: string | undefined): number | undefined {
  const instant = text === undefined ? undefined : parseInstant(text);
  return instant === undefined ? undefined : millisOfNanos(instant);
}

/** The node. `type_id` 0 is "Unknown": Falco does not say what runs the kernel. */
export function ocsfDevice(alert: Alert): Fields {
  return { type_id: 0, hostname: alert.hostname ?? alert.whoran.node, name: alert.whoran.node };
}

/** Who is behind the event: the Kubernetes user and the session; nothing if nobody is named. */
export function ocsfActor({ user, session }: AlertFacts): Fields | undefined {
  if (!user) return undefined;
  return given({
    user: ocsfUser(user),
    session: session
      ? given({ uid: session.id, created_time: ocsfTime(session.startedAt), is_remote: true, credential_uid: user.credentialId })
      : undefined,
  });
}

function ocsfUser({ username, uid, groups }: Identity): Fields {
  return given({
    name: username,
    uid,
    type: 'User',
    type_id: 1,
    groups: groups.length > 0 ? groups.map((name) => ({ name })) : undefined,
  });
}

/** The process that Falco saw; nothing for a request to the API server. */
export function ocsfProcess(alert: Alert, facts: AlertFacts): Fields | undefined {
  const { process } = alert.whoran.attribution;
  const pid = firstInteger(alert, 'proc.pid') ?? process?.pid;
  if (pid === undefined && process === undefined) return undefined;
  const executable = firstText(alert, 'proc.exepath');
  const parentPid = firstInteger(alert, 'proc.ppid');
  return given({
    uid: process?.key,
    pid,
    namespace_pid: firstInteger(alert, 'proc.vpid') ?? process?.vpid,
    name: firstText(alert, 'proc.name'),
    cmd_line: firstText(alert, 'proc.cmdline'),
    created_time: ocsfTime(process?.startedAt),
    file: executable === undefined ? undefined : { name: executable.split('/').at(-1) ?? executable, path: executable, type_id: 1 },
    user: localUser(alert),
    parent_process: parentPid === undefined ? undefined : given({ pid: parentPid, name: firstText(alert, 'proc.pname') }),
    container: ocsfContainer(facts),
  });
}

function localUser(alert: Alert): Fields | undefined {
  const [name, uid] = [firstText(alert, 'user.name'), firstInteger(alert, 'user.uid')?.toString()];
  return name === undefined && uid === undefined ? undefined : given({ name, uid });
}

/** The container; the pod is a resource. */
export function ocsfContainer({ container, containerId, image, pod }: AlertFacts): Fields | undefined {
  if (container === undefined && containerId === undefined) return undefined;
  return given({
    uid: containerId,
    name: container,
    image: image === undefined ? undefined : { name: image, uid: image },
    orchestrator: 'kubernetes',
    labels: pod === undefined ? undefined : [`pod=${pod}`],
  });
}
