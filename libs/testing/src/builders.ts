import type { Alert, AttributedEvent, AuditEvent, Delivery, ExecSession, FalcoEvent, Notification, Response } from '@whoran/contracts';

/** A session that jane started in payments/api-0, with what a spec wants different. */
export function anExecSession(different: Partial<ExecSession> = {}): ExecSession {
  return {
    id: '4cf8e840-6049-4b78-959e-559b16d942a4',
    cluster: 'test',
    kind: 'exec',
    phase: 'requested',
    observer: 'webhook',
    revision: 0,
    user: { username: 'jane@example.com', groups: ['sre', 'system:authenticated'] },
    namespace: 'payments',
    pod: 'api-0',
    container: 'api',
    command: ['id'],
    injected: true,
    strategy: 'env',
    requestedAt: '2026-01-01T10:00:00.000000Z',
    ...different,
  };
}

/** A program start in payments/api-0 as Falco reports it, with the fields that a spec wants different. */
export function aFalcoEvent(different: Partial<FalcoEvent> = {}, fields: FalcoEvent['output_fields'] = {}): FalcoEvent {
  return {
    rule: 'Container process started',
    priority: 'Debug',
    source: 'syscall',
    time: '2026-01-01T10:00:00.100000000Z',
    hostname: 'node-a',
    output: 'Process started',
    tags: ['lineage'],
    whoran: { id: 'event-1', cluster: 'test', node: 'node-a', receivedAt: '2026-01-01T10:00:00.200Z' },
    ...different,
    output_fields: {
      'container.id': 'c0ffee000000',
      'container.name': 'api',
      'evt.type': 'execve',
      'evt.res': 'SUCCESS',
      'k8s.ns.name': 'payments',
      'k8s.pod.name': 'api-0',
      'proc.pid': 1000,
      'proc.vpid': 10,
      'proc.ppid': 900,
      'proc.pvpid': 1,
      'proc.pid.ts': 1767261600050000000n,
      'proc.name': 'id',
      'proc.cmdline': 'id',
      'proc.args': '',
      ...fields,
    },
  };
}

/** An event that jane's session caused. */
export function anAttributedEvent(
  different: Partial<AttributedEvent> = {},
  whoran: Partial<AttributedEvent['whoran']> = {},
): AttributedEvent {
  const event = aFalcoEvent();
  return {
    ...event,
    ...different,
    whoran: {
      ...event.whoran,
      revision: 0,
      attribution: {
        evidence: 'root',
        session: {
          id: '4cf8e840-6049-4b78-959e-559b16d942a4',
          kind: 'exec',
          user: { username: 'jane@example.com', groups: ['sre'] },
          command: ['id'],
          container: 'api',
        },
        process: { key: 'test/node-a/c0ffee000000/1000/1767261600050000000', pid: 1000, vpid: 10 },
      },
      ...whoran,
    },
  };
}

/** The API server's answer 101 to jane's exec. */
export function anAuditEvent(different: Partial<AuditEvent> = {}): AuditEvent {
  return {
    auditID: '112ce082-391d-4875-8c42-0a495b6d5bdd',
    stage: 'ResponseStarted',
    level: 'RequestResponse',
    verb: 'get',
    requestURI: '/api/v1/namespaces/payments/pods/api-0/exec?command=id&container=api&stdout=true',
    user: { username: 'jane@example.com', groups: ['sre', 'system:authenticated'] },
    sourceIPs: ['192.0.2.10'],
    userAgent: 'kubectl/v1.34.0',
    objectRef: { resource: 'pods', subresource: 'exec', namespace: 'payments', name: 'api-0', apiVersion: 'v1' },
    responseStatus: { code: 101 },
    requestReceivedTimestamp: '2026-01-01T10:00:00.000000Z',
    stageTimestamp: '2026-01-01T10:00:00.010000Z',
    annotations: {},
    whoran: { id: '112ce082-391d-4875-8c42-0a495b6d5bdd/ResponseStarted', cluster: 'test', receivedAt: '2026-01-01T10:00:00.500Z' },
    ...different,
  };
}

/** The alert that jane's event raised. */
export function anAlert(different: Partial<Alert> = {}, whoran: Partial<Alert['whoran']> = {}): Alert {
  const { whoran: origin, ...event } = anAttributedEvent({
    rule: 'Terminal shell in container',
    priority: 'Warning',
    tags: ['container', 'shell'],
  });
  const { cluster, node, revision, attribution } = origin;
  return {
    ...event,
    ...different,
    whoran: {
      id: 'event-1/Terminal shell in container',
      eventId: 'event-1',
      revision,
      cluster,
      node,
      raisedAt: '2026-01-01T10:00:01.000Z',
      attribution,
      ...whoran,
    },
  };
}

/** A notification of one alert, at once. */
export function aNotification(different: Partial<Notification> = {}, alert: Alert = anAlert()): Notification {
  const { receiver = 'r', subject = alert.whoran.id, revision = alert.whoran.revision } = different;
  return {
    id: `${receiver}/${subject}/${revision}`,
    subject,
    revision,
    receiver,
    reason: 'alert',
    createdAt: alert.whoran.raisedAt,
    alerts: [alert],
    total: 1,
    ...different,
  };
}

/** How the notification of one alert ended: well. */
export function aDelivery(different: Partial<Delivery> = {}): Delivery {
  return {
    id: 'r/event-1/0',
    notification: 'r/event-1/0',
    receiver: 'r',
    kind: 'webhook',
    outcome: 'delivered',
    attempts: 1,
    reason: 'alert',
    createdAt: '2026-01-01T10:00:00Z',
    endedAt: '2026-01-01T10:00:01Z',
    alerts: ['event-1/Terminal shell in container'],
    total: 1,
    rules: ['Terminal shell in container'],
    users: ['jane@example.com'],
    clusters: ['test'],
    ...different,
  };
}

/** A response that keeps jane out, of which all is done. */
export function aResponse(different: Partial<Response> = {}): Response {
  return {
    id: 'response-1',
    revision: 2,
    action: 'quarantine',
    state: 'done',
    dryRun: false,
    target: { user: 'jane@example.com' },
    reason: 'a shell in payments',
    author: 'ana',
    approvals: [],
    createdAt: '2026-01-01T10:00:00Z',
    changedAt: '2026-01-01T10:00:00Z',
    steps: [{ what: 'quarantine user jane@example.com', state: 'done' }],
    ...different,
  };
}
