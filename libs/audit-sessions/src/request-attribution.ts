import type { Attribution, AuditEvent, SessionRef } from '@whoran/contracts';
import { sessionsOf } from './derive-sessions.ts';
import { type SessionOptions, identityOf } from './session-report.ts';

/** Who made the request of an audit event, and in which session if it opens one: what rules read `k8s.user.*` and `exec.*` from. */
export function requestAttribution(audit: AuditEvent, options: SessionOptions): Attribution {
  const user = identityOf(audit);
  const [report] = sessionsOf(audit, options);
  if (!report) return { evidence: 'audit', ...(user.username === '' ? {} : { user }) };
  const { id, kind, command, container, startedAt } = report;
  const session: SessionRef = {
    id,
    kind,
    user,
    auditId: audit.auditID,
    ...(command === undefined ? {} : { command }),
    ...(container === undefined ? {} : { container }),
    ...(startedAt === undefined ? {} : { startedAt }),
  };
  return { evidence: 'audit', session };
}
