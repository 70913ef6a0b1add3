import type { AuditEvent, ExecSession } from '@whoran/contracts';
import { connectSessions } from './connect-sessions.ts';
import { debugPodSessions } from './debug-pod-sessions.ts';
import { ephemeralContainerSessions } from './ephemeral-container-sessions.ts';
import { queryOf } from './request-query.ts';
import type { SessionOptions } from './session-report.ts';

export type { SessionOptions } from './session-report.ts';

/**
 * What one audit event says of sessions: none for most events. A request has several events (stages), which may be lost,
 * doubled and out of order, so each says all that it knows; readers merge the reports by id and phase.
 */
export function sessionsOf(event: AuditEvent, options: SessionOptions): ExecSession[] {
  const { resource, subresource, apiGroup = '' } = event.objectRef ?? {};
  // RequestReceived comes before authorization: nothing has happened yet.
  if (resource !== 'pods' || apiGroup !== '' || event.stage === 'RequestReceived') return [];
  switch (subresource) {
    case 'exec':
    case 'attach':
    case 'portforward':
      return connectSessions(event, subresource, options);
    case 'ephemeralcontainers':
      return isDryRun(event) ? [] : ephemeralContainerSessions(event, options);
    case undefined:
    case '':
      return isDryRun(event) ? [] : debugPodSessions(event, options);
    default:
      return [];
  }
}

/** Nothing is made in a dry run. There is none of exec: a parameter of that name must not hide one. */
function isDryRun({ requestURI }: AuditEvent): boolean {
  return queryOf(requestURI).some(([name, value]) => name === 'dryRun' && value === 'All');
}
