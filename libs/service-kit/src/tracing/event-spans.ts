import { type Alert, type AttributedEvent, type ExecSession, type Topic, topics } from '@whoran/contracts';
import { type Millis, millisOfNanos, parseInstant } from '@whoran/kernel';
import type { SpanFacts, Tracing } from './tracing.ts';

/** What may be told of a session: where it is, not whose it is or what it runs. */
export function sessionAttributes({ cluster, namespace, pod, kind, observer }: ExecSession): SpanFacts['attributes'] {
  return {
    'k8s.cluster.name': cluster,
    'k8s.namespace.name': namespace,
    'k8s.pod.name': pod,
    'whoran.session.kind': kind,
    'whoran.session.observer': observer,
  };
}

/** What may be told of an event or alert: where it was, by which rule, and how the user is known. */
export function eventAttributes({ rule, output_fields: fields, whoran }: AttributedEvent | Alert): SpanFacts['attributes'] {
  const place = { 'k8s.namespace.name': fields['k8s.ns.name'], 'k8s.pod.name': fields['k8s.pod.name'] };
  const known = Object.entries(place).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return {
    'k8s.cluster.name': whoran.cluster,
    ...Object.fromEntries(known),
    'whoran.rule': rule,
    'whoran.evidence': whoran.attribution.evidence,
  };
}

/** Tells the reports of an audit log: when an exec started, and when it ended. */
export function tellExec(tracing: Tracing, sessions: readonly ExecSession[]): void {
  for (const session of sessions) {
    const { id, phase, requestedAt, startedAt = requestedAt, endedAt } = session;
    if (phase === 'requested') continue;
    const end = phase === 'ended' ? (endedAt ?? startedAt) : startedAt;
    tracing.sessionSpan(id, { name: `exec ${phase}` }, () => ({
      start: millis(startedAt),
      end: millis(end),
      attributes: sessionAttributes(session),
      ...(phase === 'refused' ? { failure: 'refused' } : {}),
    }));
  }
}

/** Tells the first event of each session that names its user, and every alert that whoran itself raises. No other event is told. */
export function tellAttributed(tracing: Tracing, events: readonly AttributedEvent[], now: Millis): void {
  for (const event of events) {
    const { attribution, id } = event.whoran;
    if (!attribution.session) continue;
    const facts = () => ({ start: Math.min(millis(event.time), now), end: now, attributes: eventAttributes(event) });
    tracing.sessionSpan(attribution.session.id, { name: 'first attributed event' }, facts);
    if (event.source === 'whoran') tracing.sessionSpan(attribution.session.id, { name: 'own alert', key: id }, facts);
  }
}

/** The session that an event is about, if it is about one: what its message on the bus is traced by. */
export function sessionIdOf<T>(topic: Topic<T>, event: T): string | undefined {
  switch (topic.name) {
    case topics.execSessions.name:
      return (event as ExecSession).id;
    case topics.attributedEvents.name:
    case topics.alerts.name:
      return (event as AttributedEvent | Alert).whoran.attribution.session?.id;
    default:
      return undefined;
  }
}

function millis(instant: string): Millis {
  const nanos = parseInstant(instant);
  return nanos === undefined ? 0 : millisOfNanos(nanos);
}
