import { type Alert, type FieldValue, type Notification, encodeJson, priorityRank } from '@whoran/contracts';
import { type Nanos, parseInstant, truncate } from '@whoran/kernel';
import { SeverityNumber } from '@opentelemetry/api';
import type { ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer';
import { falcoBody } from '../falco-body.ts';
import { factsOf, given } from '../formats/alert-facts.ts';
import { alertTitle } from '../formats/alert-title.ts';
import { severityOf } from '../formats/severity.ts';
import { alertsToTell } from '../formats/summary-alert.ts';

/** A log record as the packages of OpenTelemetry write it. */
export type LogRecord = Parameters<typeof ProtobufLogsSerializer.serializeRequest>[0][number];
/** Who reports: the same object for all records of a request. */
export type LogOrigin = Pick<LogRecord, 'resource' | 'instrumentationScope'>;

type Attribute = string | number | boolean | readonly string[];

/** Longer texts are cut: a collector takes 20 MiB of a request by default. */
const LONGEST_TEXT = 32_768;
/** What the data model of logs says about syslog's severities, most urgent first. */
const SEVERITIES = [
  SeverityNumber.FATAL,
  SeverityNumber.ERROR3,
  SeverityNumber.ERROR2,
  SeverityNumber.ERROR,
  SeverityNumber.WARN,
  SeverityNumber.INFO2,
  SeverityNumber.INFO,
  SeverityNumber.DEBUG,
];

/**
 * The log records of a notification: one for each alert, or one for a storm. Names are those of the semantic conventions where
 * there are some; every field of Falco is there as `falco.<field>`, integers beyond 2^53 as digits.
 */
export function logRecords(notification: Notification, origin: LogOrigin): readonly LogRecord[] {
  return alertsToTell(notification).map((alert) => {
    const raised = parseInstant(alert.whoran.raisedAt) ?? 0n;
    return {
      ...origin,
      hrTime: hrTimeOf(parseInstant(alert.time) ?? raised),
      hrTimeObserved: hrTimeOf(raised),
      severityNumber: SEVERITIES[priorityRank(alert.priority)] ?? SeverityNumber.DEBUG,
      severityText: severityOf(alert.priority).falco,
      body: notification.storm ? textOf(alert.output ?? alert.rule) : alertTitle(alert),
      eventName: 'whoran.alert',
      attributes: { ...fieldsOf(alert), ...attributesOf(alert, notification) },
      droppedAttributesCount: 0,
    };
  });
}

function hrTimeOf(instant: Nanos): [number, number] {
  const positive = instant < 0n ? 0n : instant;
  return [Number(positive / 1_000_000_000n), Number(positive % 1_000_000_000n)];
}

function attributesOf(alert: Alert, { id, receiver, reason }: Notification): Record<string, Attribute> {
  const { user, session, namespace, pod, container, containerId, image, command } = factsOf(alert);
  const { whoran, hostname } = alert;
  const named = given({
    'security_rule.name': alert.rule,
    'host.name': hostname ?? whoran.node,
    'k8s.cluster.name': whoran.cluster,
    'k8s.namespace.name': namespace,
    'k8s.pod.name': pod,
    'k8s.container.name': container,
    'container.id': containerId,
    'container.image.name': image,
    'process.command_line': command,
    'user.name': user?.username,
    'falco.output': falcoBody(alert, false).output,
    'falco.source': alert.source,
    'whoran.alert.id': whoran.id,
    'whoran.evidence': whoran.attribution.evidence,
    'whoran.session.id': session?.id,
    'whoran.session.kind': session?.kind,
    'whoran.notification.id': id,
    'whoran.receiver': receiver,
    'whoran.reason': reason,
  }) as Readonly<Record<string, string>>;
  return {
    ...Object.fromEntries(Object.entries(named).map(([name, value]) => [name, textOf(value)])),
    'whoran.alert.revision': whoran.revision,
    ...(whoran.update ? { 'whoran.alert.update': true } : {}),
    ...(user ? { 'whoran.user.groups': user.groups.map(textOf) } : {}),
    ...(alert.tags ? { 'falco.tags': alert.tags.map(textOf) } : {}),
  };
}

function fieldsOf({ output_fields: fields }: Alert): Record<string, Attribute> {
  const known = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null) as [string, FieldValue][];
  return Object.fromEntries(known.map(([name, value]) => [`falco.${textOf(name)}`, attributeOf(value)]));
}

function attributeOf(value: FieldValue): Attribute {
  if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) return value;
  return textOf(typeof value === 'string' ? value : typeof value === 'bigint' ? value.toString() : encodeJson(value));
}

/** Half a surrogate pair would be three bytes where the writer of protobuf reckoned with other. */
function textOf(text: string): string {
  return truncate(text.toWellFormed(), LONGEST_TEXT);
}
