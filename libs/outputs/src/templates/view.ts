import type { Alert, Notification } from '@whoran/contracts';
import { falcoBody } from '../falco-body.ts';
import { factsOf } from '../formats/alert-facts.ts';
import { alertTitle, notificationTitle } from '../formats/alert-title.ts';
import { sessionLink } from '../formats/session-link.ts';
import { severityOf, worstPriority } from '../formats/severity.ts';

/** Alerts that a message names; of the others it has the number. */
const TOLD = 10;
const BEHIND = Symbol('alert');

/** What the settings of a receiver add to what templates see. */
export interface ViewSettings {
  readonly externalUrl?: string;
  /** The receiver's own settings, as `settings` in templates. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** What templates see of a notification. Nothing is worked out before a template asks for it. */
export function viewOf(notification: Notification, { externalUrl, settings }: ViewSettings): object {
  const { alerts, total, group, storm, escalated, reason, id, subject, revision, receiver, createdAt } = notification;
  const views = lazily(() => alerts.map((alert) => alertView(alert, externalUrl)));
  const told = lazily(() => (total > 1 ? views().slice(-TOLD) : []));
  return lazy({
    id: () => id,
    subject: () => subject,
    revision: () => revision,
    receiver: () => receiver,
    reason: () => reason,
    created: () => createdAt,
    title: () => notificationTitle(notification),
    details: () => detailsOf(notification),
    alerts: views,
    // Who escalates or summarises tells of the last, as the title does.
    alert: () => views().at(-1),
    // Of one alert everything is told already.
    told,
    untold: () => (told().length > 0 ? total - told().length : 0),
    total: () => total,
    group: () => group?.labels,
    route: () => group?.route,
    storm: () => storm,
    escalated: () => escalated,
    withdrawn: () => alerts.length > 0 && alerts.every((alert) => factsOf(alert).withdrawn),
    priority: () => severityOf(worstPriority(notification)).falco,
    severity: () => severityOf(worstPriority(notification)),
    link: () => alerts.map((alert) => sessionLink(alert, externalUrl)).findLast((link) => link !== undefined),
    settings: () => settings,
  });
}

/** What templates see of an alert. */
function alertView(alert: Alert, externalUrl: string | undefined): object {
  const { whoran } = alert;
  const { attribution } = whoran;
  const facts = lazily(() => factsOf(alert));
  const falco = lazily(() => falcoBody(alert, whoran.update ?? false));
  const view = lazy({
    id: () => whoran.id,
    revision: () => whoran.revision,
    event: () => whoran.eventId,
    update: () => whoran.update ?? false,
    withdrawn: () => facts().withdrawn,
    title: () => alertTitle(alert),
    details: () => alertDetails(alert),
    rule: () => alert.rule || 'unnamed rule',
    priority: () => falco().priority,
    severity: () => severityOf(alert.priority),
    source: () => falco().source,
    tags: () => falco().tags,
    time: () => falco().time,
    raised: () => whoran.raisedAt,
    output: () => falco().output,
    hostname: () => falco().hostname,
    fields: () => alert.output_fields,
    cluster: () => whoran.cluster,
    node: () => whoran.node,
    namespace: () => facts().namespace,
    pod: () => facts().pod,
    container: () => facts().container,
    image: () => facts().image,
    command: () => facts().command,
    request: () => facts().request,
    place: () => facts().place,
    who: () => facts().who,
    user: () => facts().user?.username || undefined,
    groups: () => facts().user?.groups ?? [],
    session: () => facts().session?.id,
    kind: () => facts().session?.kind,
    evidence: () => attribution.evidence,
    link: () => sessionLink(alert, externalUrl),
  });
  return Object.defineProperty(view, BEHIND, { value: alert });
}

/** The alert that a value of a template stands for. */
export function alertBehind(value: unknown): Alert | undefined {
  return typeof value === 'object' && value !== null ? (value as { readonly [BEHIND]?: Alert })[BEHIND] : undefined;
}

interface Detail {
  readonly name: string;
  readonly value: string;
}

function detailsOf(notification: Notification): readonly Detail[] {
  const { alerts, group, storm, escalated, total } = notification;
  const [only] = alerts;
  if (only && total === 1) return [...alertDetails(only), ...escalation(escalated)];
  return details({
    ...Object.fromEntries(Object.entries(group?.labels ?? {}).map(([name, value]) => [name, value])),
    Rules: storm?.rules.map(({ name, alerts: count }) => `${name} (${count})`).join(', '),
    Users: storm?.users.map(({ name, alerts: count }) => `${name} (${count})`).join(', '),
    Alerts: String(total),
  }).concat(escalation(escalated));
}

function escalation(escalated: Notification['escalated']): readonly Detail[] {
  return escalated ? details({ 'Not reached': `${escalated.from}: ${escalated.error}` }) : [];
}

function alertDetails(alert: Alert): readonly Detail[] {
  const { user, session, container, image, command, request, place, who } = factsOf(alert);
  return details({
    User: who,
    Groups: user?.groups.join(', '),
    'Acting for': user?.impersonator,
    Command: command,
    Request: request,
    Where: place,
    Container: container,
    Image: image,
    Session: session && `${session.id} (${session.kind})`,
    Evidence: alert.whoran.attribution.evidence,
    Rule: alert.rule,
    Priority: severityOf(alert.priority).falco,
    Time: alert.time,
    Tags: alert.tags?.join(', '),
    Output: falcoBody(alert, false).output,
  });
}

function details(values: Readonly<Record<string, string | undefined>>): readonly Detail[] {
  return Object.entries(values).flatMap(([name, value]) => (value === undefined || value === '' ? [] : [{ name, value }]));
}

/** An object whose fields are worked out when they are first asked for. */
function lazy(fields: Readonly<Record<string, () => unknown>>): object {
  return Object.defineProperties(
    {},
    Object.fromEntries(Object.entries(fields).map(([name, get]) => [name, { enumerable: true, get: lazily(get) }])),
  );
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
