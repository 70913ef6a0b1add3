import type { AlertRecord, CommandRecord, ProcessRecord, SessionDetail, SessionRecord } from '@whoran/forensics-api';

/** A command that jane ran, with what a spec wants different. */
export function aCommand(different: Partial<CommandRecord> = {}): CommandRecord {
  return {
    id: 'event-1',
    revision: 0,
    time: '2026-01-01T10:00:00.123456789Z',
    cluster: 'prod',
    node: 'node-a',
    namespace: 'payments',
    pod: 'api-0',
    container: 'api',
    evidence: 'lineage',
    user: { name: 'jane@example.com', groups: ['sre'] },
    session: '4cf8e840-6049-4b78-959e-559b16d942a4',
    rule: 'Container process started',
    commandLine: 'cat /etc/passwd',
    pid: 1000,
    ...different,
  };
}

/** A process with one program, with what a spec wants different. */
export function aProcess(key: string, depth: number, different: Partial<ProcessRecord> = {}): ProcessRecord {
  return {
    key,
    depth,
    node: 'node-a',
    pid: 1000,
    programs: [{ event: key, time: '2026-01-01T10:00:00.5Z', commandLine: key, evidence: 'lineage' }],
    alerts: [],
    ...different,
  };
}

/** An alert about jane. */
export function anAlert(different: Partial<AlertRecord> = {}): AlertRecord {
  const { rule: _rule, ...where } = aCommand();
  return {
    ...where,
    eventId: 'event-1',
    raisedAt: where.time,
    rule: 'Terminal shell in container',
    priority: 'Notice',
    message: 'a shell',
    tags: [],
    ...different,
  };
}

/** Jane's session. */
export function aSession(different: Partial<SessionRecord> = {}): SessionRecord {
  return {
    id: '4cf8e840-6049-4b78-959e-559b16d942a4',
    aliases: [],
    cluster: 'prod',
    kind: 'exec',
    phase: 'ended',
    user: { name: 'jane@example.com', uid: 'u-1', groups: ['sre', 'system:authenticated'] },
    namespace: 'payments',
    pod: 'api-0',
    container: 'api',
    command: ['sh', '-c', 'id; ls'],
    injected: true,
    strategy: 'env',
    observers: ['webhook', 'audit'],
    requestedAt: '2026-01-01T10:00:00Z',
    startedAt: '2026-01-01T10:00:00.1Z',
    endedAt: '2026-01-01T10:05:00Z',
    commands: 2,
    audit: { id: '112ce082', sourceIps: ['192.0.2.10'], userAgent: 'kubectl/v1.34.0', level: 'Metadata', code: 101 },
    ...different,
  };
}

/** Jane's session with these processes. */
export function aDetail(processes: readonly ProcessRecord[], different: Partial<SessionDetail> = {}): SessionDetail {
  return { session: aSession(), processes, alerts: [], truncated: false, ...different };
}
