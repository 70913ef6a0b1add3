import type { Alert, Identity } from '@whoran/contracts';
import { falcoBody } from '../falco-body.ts';
import { type AlertFacts, factsOf, firstInteger, firstText, given } from './alert-facts.ts';
import { alertTitle } from './alert-title.ts';
import { severityOf } from './severity.ts';

/** The version of the Elastic Common Schema that the fields are of. */
export const ECS_VERSION = '9.1.0';

/**
 * An alert in the Elastic Common Schema. `user` is the Kubernetes user; the user within the container is `process.user`.
 * `process.entry_leader` is the session: its id, its command, and as `attested_user` who opened it.
 */
export function ecsDocument(alert: Alert): Readonly<Record<string, unknown>> {
  const facts = factsOf(alert);
  const body = falcoBody(alert, alert.whoran.update ?? false);
  const { id, revision, cluster, eventId, raisedAt, attribution } = alert.whoran;
  return given({
    '@timestamp': body.time,
    ecs: { version: ECS_VERSION },
    message: alertTitle(alert),
    tags: [...body.tags],
    event: given({
      kind: 'alert',
      category: facts.request === undefined ? ['process'] : ['iam', 'configuration'],
      type: ['info'],
      module: 'whoran',
      dataset: 'whoran.alerts',
      provider: 'falco',
      id: `${id}/${revision}`,
      severity: severityOf(alert.priority).rank,
      created: raisedAt,
      reason: body.output,
      action: firstText(alert, 'evt.type', 'ka.verb'),
    }),
    log: { level: body.priority.toLowerCase() },
    rule: { name: alert.rule, ruleset: body.source },
    host: { hostname: body.hostname, name: alert.whoran.node },
    orchestrator: orchestratorOf(facts, cluster),
    container: containerOf(facts),
    user: facts.user ? userOf(facts.user) : undefined,
    process: facts.request === undefined ? processOf(alert, facts) : undefined,
    related: facts.user ? { user: [facts.user.username] } : undefined,
    labels: given({ evidence: attribution.evidence, reason: attribution.reason, session: facts.session?.id, event: eventId }),
    falco: { output_fields: body.output_fields },
  });
}

function userOf({ username, uid, groups }: Identity): Readonly<Record<string, unknown>> {
  return given({ name: username, id: uid, roles: groups.length > 0 ? [...groups] : undefined });
}

function orchestratorOf({ namespace, pod }: AlertFacts, cluster: string): Readonly<Record<string, unknown>> {
  return given({
    type: 'kubernetes',
    cluster: { name: cluster },
    namespace,
    resource: pod === undefined ? undefined : { type: 'pod', name: pod },
  });
}

function containerOf({ container, containerId, image }: AlertFacts): Readonly<Record<string, unknown>> | undefined {
  if (container === undefined && containerId === undefined) return undefined;
  return given({ id: containerId, name: container, image: image === undefined ? undefined : { name: image } });
}

function processOf(alert: Alert, facts: AlertFacts): Readonly<Record<string, unknown>> {
  const { process } = alert.whoran.attribution;
  const parent = given({ name: firstText(alert, 'proc.pname'), pid: firstInteger(alert, 'proc.ppid') });
  const owner = given({ name: firstText(alert, 'user.name'), id: firstInteger(alert, 'user.uid')?.toString() });
  return given({
    entity_id: process?.key,
    pid: firstInteger(alert, 'proc.pid') ?? process?.pid,
    vpid: firstInteger(alert, 'proc.vpid') ?? process?.vpid,
    name: firstText(alert, 'proc.name'),
    executable: firstText(alert, 'proc.exepath'),
    command_line: firstText(alert, 'proc.cmdline'),
    start: process?.startedAt,
    parent: Object.keys(parent).length > 0 ? parent : undefined,
    user: Object.keys(owner).length > 0 ? owner : undefined,
    entry_leader: entryLeaderOf(facts),
  });
}

function entryLeaderOf({ session }: AlertFacts): Readonly<Record<string, unknown>> | undefined {
  if (!session) return undefined;
  const { user, command } = session;
  return given({
    entity_id: session.id,
    command_line: command?.join(' '),
    args: command ? [...command] : undefined,
    args_count: command?.length,
    start: session.startedAt,
    entry_meta: { type: 'kubelet' },
    attested_user: given({ name: user.username, id: user.uid }),
    attested_groups: user.groups.length > 0 ? { name: [...user.groups] } : undefined,
  });
}
