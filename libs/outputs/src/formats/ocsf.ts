import type { Alert } from '@whoran/contracts';
import { falcoBody } from '../falco-body.ts';
import { type AlertFacts, factsOf, firstText, given } from './alert-facts.ts';
import { alertTitle } from './alert-title.ts';
import { ocsfActor, ocsfBase, ocsfContainer, ocsfDevice, ocsfMetadata, ocsfProcess, ocsfTime } from './ocsf-objects.ts';

type Fields = Readonly<Record<string, unknown>>;

const LAUNCHES = new Set(['execve', 'execveat']);

/**
 * An alert as an OCSF event. An alert about a program that was started is a Process Activity with the profile Security Control
 * and `is_alert`, as OCSF advises for atomic alerts; every other is a Detection Finding. `actor` is the Kubernetes user.
 */
export function ocsfEvent(alert: Alert): Fields {
  const facts = factsOf(alert);
  const process = ocsfProcess(alert, facts);
  const started = facts.request === undefined && LAUNCHES.has(firstText(alert, 'evt.type') ?? '');
  return started && process ? processActivity(alert, facts, process) : detectionFinding(alert, facts, process);
}

function processActivity(alert: Alert, facts: AlertFacts, process: Fields): Fields {
  const parent = process['parent_process'];
  return given({
    ...ocsfBase(alert, { category: 1, class: 1007, activity: 1 }),
    category_name: 'System Activity',
    class_name: 'Process Activity',
    activity_name: 'Launch',
    time: ocsfTime(falcoBody(alert, false).time),
    message: alertTitle(alert),
    metadata: ocsfMetadata(alert, ['security_control', 'host', 'container']),
    actor: { ...ocsfActor(facts), ...(parent === undefined ? { process } : { process: parent }) },
    device: ocsfDevice(alert),
    process,
    is_alert: !facts.withdrawn,
    action_id: 1,
    action: 'Allowed',
    disposition_id: 19,
    disposition: 'Alert',
    policy: { name: alert.rule },
    ...unmapped(alert),
  });
}

function detectionFinding(alert: Alert, facts: AlertFacts, process: Fields | undefined): Fields {
  const { id, raisedAt, update, eventId } = alert.whoran;
  const [activity, name] = facts.withdrawn ? [3, 'Close'] : update ? [2, 'Update'] : [1, 'Create'];
  const evidence = given({ actor: ocsfActor(facts), process, container: ocsfContainer(facts), api: apiOf(facts) });
  return given({
    ...ocsfBase(alert, { category: 2, class: 2004, activity }),
    category_name: 'Findings',
    class_name: 'Detection Finding',
    activity_name: name,
    status_id: facts.withdrawn ? 4 : 1,
    status: facts.withdrawn ? 'Resolved' : 'New',
    time: ocsfTime(raisedAt),
    start_time: ocsfTime(alert.time),
    message: alertTitle(alert),
    metadata: ocsfMetadata(alert, ['host']),
    finding_info: given({
      uid: id,
      title: alert.rule,
      desc: falcoBody(alert, update ?? false).output,
      created_time: ocsfTime(raisedAt),
      first_seen_time: ocsfTime(alert.time),
      analytic: { name: alert.rule, uid: alert.rule, type: 'Rule', type_id: 1 },
      data_sources: [`falco ${alert.source ?? 'syscall'}`],
      related_events: [{ uid: eventId }],
    }),
    device: ocsfDevice(alert),
    evidences: evidence.actor || evidence.process || evidence.api ? [evidence] : undefined,
    resources: resourcesOf(alert, facts),
    is_alert: !facts.withdrawn,
    ...unmapped(alert),
  });
}

function apiOf({ request }: AlertFacts): Fields | undefined {
  return request === undefined ? undefined : { operation: request, service: { name: 'kube-apiserver' } };
}

function resourcesOf(alert: Alert, { namespace, pod }: AlertFacts): readonly Fields[] | undefined {
  const name = pod ?? namespace;
  if (name === undefined) return undefined;
  return [given({ name, type: pod === undefined ? 'namespace' : 'pod', namespace, data: { cluster: alert.whoran.cluster } })];
}

/** What OCSF has no place for: how the user is known, and Falco's fields. */
function unmapped(alert: Alert): Fields {
  const { attribution, cluster } = alert.whoran;
  const { evidence, reason } = attribution;
  return { unmapped: given({ cluster, evidence, reason, falco: falcoBody(alert, alert.whoran.update ?? false).output_fields }) };
}
