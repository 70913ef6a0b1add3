import type { TSchema } from 'typebox';
import { Alert } from './alert.ts';
import { AttributedEvent } from './attributed-event.ts';
import { AuditEvent } from './audit-event.ts';
import { DeadLetter } from './dead-letter.ts';
import { Delivery } from './delivery.ts';
import { ExecSession } from './exec-session.ts';
import { FalcoEvent } from './falco-event.ts';
import { ImageStrategy } from './image-strategy.ts';
import { Notification } from './notification.ts';
import { Replay } from './replay.ts';
import { Response } from './response.ts';

/** CloudEvents 1.0 attributes of one event; on Kafka they are the binary headers `ce_id`, `ce_source` and so on. */
export interface CloudEventAttributes {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly time: string;
  readonly subject: string;
}

/** A stream of events of one kind. A version is part of the name: a field is only ever added, a rename is a new topic. */
export interface Topic<T> {
  readonly name: string;
  /** The JSON Schema of an event; `docs/schemas` has it as a file. */
  readonly schema: TSchema;
  /** Events of one key keep their order. */
  key(event: T): string;
  cloudEvent(event: T): CloudEventAttributes;
  /** Whether only the last event of a key is kept. */
  readonly compacted: boolean;
}

interface Spec<T> {
  readonly name: string;
  readonly schema: TSchema;
  readonly key: (event: T) => string;
  readonly id: (event: T) => string;
  readonly source: (event: T) => string;
  readonly subject: (event: T) => string;
  readonly time: (event: T) => string;
  readonly compacted?: boolean;
}

function topic<T>(spec: Spec<T>): Topic<T> {
  const type = spec.name.replace(/^whoran\.(.*)\.(v\d+)$/, 'dev.whoran.$1.$2');
  return {
    name: spec.name,
    schema: spec.schema,
    key: spec.key,
    cloudEvent: (event) => ({
      id: spec.id(event),
      source: spec.source(event),
      type,
      time: spec.time(event),
      subject: spec.subject(event) || 'unnamed',
    }),
    compacted: spec.compacted ?? false,
  };
}

// A name from outside may hold a lone surrogate, which encodeURIComponent throws at.
const segment = (name: string) => encodeURIComponent(name.toWellFormed());
const clusterSource = (cluster: string) => `/clusters/${segment(cluster)}`;
const nodeSource = (cluster: string, node: string) => `${clusterSource(cluster)}/nodes/${segment(node)}`;

/** The cluster that a CloudEvents source names, if it names one. Total: never throws. */
export function clusterOfSource(source: string): string | undefined {
  const encoded = /^\/clusters\/([^/]+)/.exec(source)?.[1];
  try {
    return encoded === undefined ? undefined : decodeURIComponent(encoded);
  } catch {
    return undefined; // no source of ours
  }
}

/** Every topic: the only seam between services. Search for a name here to find who writes and who reads it. */
export const topics = {
  /** Reports about exec sessions. Key: cluster, namespace and pod. */
  execSessions: topic<ExecSession>({
    name: 'whoran.exec-sessions.v1',
    schema: ExecSession,
    key: (s) => `${s.cluster}/${s.namespace}/${s.pod}`,
    id: (s) => `${s.id}/${s.observer}/${s.phase}/${s.revision}`,
    source: (s) => clusterSource(s.cluster),
    subject: (s) => `${s.namespace}/${s.pod}`,
    time: (s) => s.endedAt ?? s.startedAt ?? s.requestedAt,
  }),
  /** Kubernetes audit events. Key: cluster and auditID, so that the stages of a request keep their order. */
  auditEvents: topic<AuditEvent>({
    name: 'whoran.audit-events.v1',
    schema: AuditEvent,
    key: (e) => `${e.whoran.cluster}/${e.auditID}`,
    id: (e) => e.whoran.id,
    source: (e) => clusterSource(e.whoran.cluster),
    subject: (e) => e.auditID,
    time: (e) => e.stageTimestamp,
  }),
  /** Falco events. Key: cluster and node, so that the events of a host keep their order. */
  falcoEvents: topic<FalcoEvent>({
    name: 'whoran.falco-events.v1',
    schema: FalcoEvent,
    key: (e) => `${e.whoran.cluster}/${e.whoran.node}`,
    id: (e) => e.whoran.id,
    source: (e) => nodeSource(e.whoran.cluster, e.whoran.node),
    subject: (e) => e.rule,
    time: (e) => e.time,
  }),
  /** Falco events that name the user. Upsert by whoran.id, the highest whoran.revision wins. Key: cluster and node. */
  attributedEvents: topic<AttributedEvent>({
    name: 'whoran.attributed-events.v1',
    schema: AttributedEvent,
    key: (e) => `${e.whoran.cluster}/${e.whoran.node}`,
    id: (e) => `${e.whoran.id}/${e.whoran.revision}`,
    source: (e) => nodeSource(e.whoran.cluster, e.whoran.node),
    subject: (e) => e.rule,
    time: (e) => e.time,
  }),
  /** Alerts that were routed. Key: cluster and rule. */
  alerts: topic<Alert>({
    name: 'whoran.alerts.v1',
    schema: Alert,
    key: (e) => `${e.whoran.cluster}/${e.rule}`,
    id: (e) => `${e.whoran.id}/${e.whoran.revision}`,
    source: (e) => nodeSource(e.whoran.cluster, e.whoran.node),
    subject: (e) => e.rule,
    time: (e) => e.time,
  }),
  /** What receivers are to be told. Key: the receiver and what it is about, so that news of it keep their order. */
  notifications: topic<Notification>({
    name: 'whoran.notifications.v1',
    schema: Notification,
    key: (e) => `${e.receiver}/${e.subject}`,
    id: (e) => e.id,
    source: (e) => `/receivers/${e.receiver}`,
    subject: (e) => e.subject,
    time: (e) => e.createdAt,
  }),
  /** How the delivery of each notification ended. Key: the receiver. */
  deliveries: topic<Delivery>({
    name: 'whoran.deliveries.v1',
    schema: Delivery,
    key: (e) => e.receiver,
    id: (e) => e.id,
    source: (e) => `/receivers/${e.receiver}`,
    subject: (e) => e.notification,
    time: (e) => e.endedAt,
  }),
  /** Responses to users, as they stand. Compacted; upsert by id, the highest revision wins. Key: the response. */
  responses: topic<Response>({
    name: 'whoran.responses.v1',
    schema: Response,
    key: (e) => e.id,
    id: (e) => `${e.id}/${e.revision}`,
    source: (e) => (e.target.cluster === undefined ? '/services/alert-router' : clusterSource(e.target.cluster)),
    subject: (e) => e.id,
    time: (e) => e.changedAt,
    compacted: true,
  }),
  /** What could not be processed, from every service. Key: the service. */
  deadLetters: topic<DeadLetter>({
    name: 'whoran.dead-letters.v1',
    schema: DeadLetter,
    key: (e) => e.stage,
    id: (e) => e.id,
    source: (e) => `/services/${e.stage}`,
    subject: (e) => e.reason,
    time: (e) => e.time,
  }),
  /** Dead letters that are to be tried again; each service takes those of its own. Key: the service. */
  replays: topic<Replay>({
    name: 'whoran.replays.v1',
    schema: Replay,
    key: (e) => e.stage,
    id: (e) => `${e.letter}/${e.attempt}`,
    source: () => '/services/forensics',
    subject: (e) => e.letter,
    time: (e) => e.time,
  }),
  /** Strategies learned per image. Compacted. Key: cluster and image. */
  imageStrategies: topic<ImageStrategy>({
    name: 'whoran.image-strategies.v1',
    schema: ImageStrategy,
    key: (e) => `${e.cluster}/${e.imageId}`,
    id: (e) => `${e.cluster}/${e.imageId}/${e.learnedAt}`,
    source: (e) => clusterSource(e.cluster),
    subject: (e) => e.imageId,
    time: (e) => e.learnedAt,
    compacted: true,
  }),
} as const;
