import { type AuditEvent, type ExecSession, type Identity, type InjectionStrategy, isUuid } from '@whoran/contracts';
import { truncate } from '@whoran/kernel';

/** How audit events are read. */
export interface SessionOptions {
  /** Name of our webhook: the prefix of its audit annotations. */
  readonly webhookName: string;
}

/** What every report of one audit event has in common. */
export type SessionBase = Omit<ExecSession, 'kind' | 'phase' | 'namespace' | 'pod'>;

type Injection = Pick<ExecSession, 'id' | 'injected' | 'strategy' | 'reason'>;

/** Reads who asked, when, and under which session id from an audit event. */
export function sessionBase(event: AuditEvent, options: SessionOptions): SessionBase {
  const { level, responseStatus, userAgent, sourceIPs = [] } = event;
  return {
    ...injectionOf(event, options.webhookName),
    cluster: event.whoran.cluster,
    observer: 'audit',
    revision: 0,
    user: identityOf(event),
    requestedAt: event.requestReceivedTimestamp,
    audit: {
      id: event.auditID,
      sourceIps: sourceIPs.slice(0, 1000),
      level,
      ...(userAgent === undefined ? {} : { userAgent: truncate(userAgent, 4096) }),
      ...(responseStatus?.code === undefined ? {} : { code: responseStatus.code }),
    },
  };
}

/** The user that the request acted as; an impersonator stands beside it. */
export function identityOf({ user, impersonatedUser }: AuditEvent): Identity {
  const { username = '', uid, groups = [], extra } = impersonatedUser ?? user;
  const credentialId = extra?.['authentication.kubernetes.io/credential-id']?.[0];
  return {
    username,
    groups: groups.slice(0, 10_000).map((group) => truncate(group, 1024)),
    ...(uid === undefined || uid === '' ? {} : { uid }),
    ...(extra === undefined
      ? {}
      : { extra: Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, values.map((value) => truncate(value, 65_536))])) }),
    ...(credentialId === undefined ? {} : { credentialId: truncate(credentialId, 1024) }),
    ...(impersonatedUser === undefined ? {} : { impersonator: user.username ?? '' }),
  };
}

function injectionOf(event: AuditEvent, webhookName: string): Injection {
  const annotations = event.annotations ?? {};
  const session = annotations[`${webhookName}/session`];
  if (session === undefined || !isUuid(session)) {
    return {
      id: truncate(`audit:${event.auditID}`, 128),
      injected: false,
      strategy: 'none',
      reason: whyNotInjected(annotations, webhookName),
    };
  }
  const strategy = strategyOf(annotations[`${webhookName}/strategy`]);
  const id = session.toLowerCase();
  return strategy === 'none'
    ? { id, injected: false, strategy, reason: 'the webhook chose to put no token in' }
    : { id, injected: true, strategy };
}

function strategyOf(text: string | undefined): InjectionStrategy {
  return text === 'env' || text === 'sh' ? text : 'none';
}

/** Names of the webhooks that were skipped and called stand in the values of annotations that the API server writes. */
function whyNotInjected(annotations: Readonly<Record<string, string>>, webhookName: string): string {
  const entries = Object.entries(annotations);
  if (entries.some(([key, value]) => key.startsWith('failed-open.') && value === webhookName)) {
    return 'the webhook could not be reached or failed, and the API server let the request through without it';
  }
  const called = entries.some(
    ([key, value]) => key.startsWith('mutation.webhook.admission.k8s.io/') && value.includes(`"webhook":${JSON.stringify(webhookName)}`),
  );
  return called ? 'the webhook was called and left the request as it was' : 'the webhook was not called for this request';
}
