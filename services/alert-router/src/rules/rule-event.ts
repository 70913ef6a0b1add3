import { hash } from 'node:crypto';
import { requestAttribution } from '@whoran/audit-sessions';
import { type Alert, type Attribution, type AttributedEvent, type AuditEvent, attributionFields } from '@whoran/contracts';
import { parseInstant, truncate } from '@whoran/kernel';
import type { RuleEvent } from '@whoran/rules';
import { falcoEventId } from '@whoran/service-kit';

/** Where the alerts of an event's rules say that they come from. */
export interface EventOrigin {
  readonly cluster: string;
  readonly node: string;
  readonly revision: number;
  /** What `eventId` of an alert shows. */
  readonly eventId: string;
  readonly attribution: Attribution;
  /** The id of the event that Falco would send, or the audit log sent, for a rule: the same for all events about one thing. */
  readonly idFor: (rule: string) => string;
  /** Fields that are shown beside those of a rule's output. */
  readonly fields: Alert['output_fields'];
}

/** An event that rules can be run over. */
export interface JudgedEvent {
  readonly cluster: string;
  readonly event: RuleEvent;
  /** Made for those few that match. */
  readonly origin: () => EventOrigin;
}

/** Audit events come from no node. */
const CONTROL_PLANE = 'control-plane';
const LONGEST_EVENT_ID = 64;
const LONGEST_COMMAND = 8192;

/** A Falco event for rules of the source `syscall`; nothing for events of other sources, whose fields are those of plugins. */
export function attributedRuleEvent(attributed: AttributedEvent): JudgedEvent | undefined {
  const { source = 'syscall', output_fields: document, time, hostname, whoran } = attributed;
  if (source !== 'syscall') return undefined;
  const { id: eventId, cluster, node, revision, attribution } = whoran;
  const instant = parseInstant(time) ?? 0n;
  return {
    cluster,
    event: { source, document, time: instant, hostname: hostname ?? node, attribution },
    origin: () => ({
      cluster,
      node,
      revision,
      eventId,
      attribution,
      idFor: (rule) => falcoEventId({ cluster, node, rule, time: instant }, document),
      fields: document,
    }),
  };
}

/** An audit event for rules of the source `k8s_audit`. `webhookName`: whose annotations name the session. */
export function auditRuleEvent(audit: AuditEvent, webhookName: string): JudgedEvent {
  const { whoran, ...document } = audit;
  const { id, cluster } = whoran;
  const attribution = requestAttribution(audit, { webhookName });
  const time = parseInstant(audit.stageTimestamp) ?? 0n;
  return {
    cluster,
    event: { source: 'k8s_audit', document, time, hostname: cluster, attribution },
    origin: () => ({
      cluster,
      node: CONTROL_PLANE,
      revision: 0,
      eventId: id.length <= LONGEST_EVENT_ID ? id : hash('sha256', id),
      attribution: shown(attribution),
      // Whoever may send audit events of one cluster must not be able to keep alerts of another from being raised.
      idFor: () => hash('sha256', JSON.stringify([cluster, id])).slice(0, 32),
      fields: { ...placeOf(audit), ...attributionFields(shown(attribution)) },
    }),
  };
}

/** What routes and searches find alerts by. */
function placeOf({ objectRef }: AuditEvent): Alert['output_fields'] {
  const { namespace, resource, name } = objectRef ?? {};
  return {
    ...(namespace === undefined ? {} : { 'k8s.ns.name': namespace }),
    ...(resource === 'pods' && name !== undefined ? { 'k8s.pod.name': name } : {}),
  };
}

/**
 * A command may fill a request, and is in an alert several times: whoever made it so long must not keep the alert from being sent.
 * Rules see all of it.
 */
function shown(attribution: Attribution): Attribution {
  const { session } = attribution;
  if (session?.command === undefined) return attribution;
  const command: string[] = [];
  let room = LONGEST_COMMAND;
  for (const word of session.command) {
    if (room <= 0) break;
    command.push(truncate(word, room));
    room -= word.length + 1;
  }
  return { ...attribution, session: { ...session, command } };
}
