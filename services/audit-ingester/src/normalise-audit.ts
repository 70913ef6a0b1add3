import type { Stamp } from '@whoran/ingest';
import { AuditEvent, type ExecSession, check, topics } from '@whoran/contracts';
import { type Result, err, ok, printIssue } from '@whoran/kernel';
import { type SessionOptions, sessionsOf } from '@whoran/audit-sessions';

/** An audit event and what it says of exec sessions. */
export interface NormalisedAudit {
  readonly event: AuditEvent;
  readonly sessions: readonly ExecSession[];
}

/** Stamps and checks one item of an EventList. What the sender put under `whoran` is replaced. */
export function normaliseAudit(item: unknown, stamp: Stamp, options: SessionOptions): Result<NormalisedAudit, string> {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return err('the item is not an object');
  const { auditID, stage } = item as { readonly auditID?: unknown; readonly stage?: unknown };
  const id = `${typeof auditID === 'string' ? auditID : ''}/${typeof stage === 'string' ? stage : ''}`;
  const event = check<AuditEvent>(topics.auditEvents.schema, { ...item, whoran: { id, ...stamp } });
  if (!event.ok) return err(`the audit event is not valid: ${event.error.map(printIssue).join('; ')}`);
  const sessions = sessionsOf(event.value, options);
  for (const session of sessions) {
    const good = check(topics.execSessions.schema, session);
    if (!good.ok) return err(`no valid session can be made of the audit event: ${good.error.map(printIssue).join('; ')}`);
  }
  return ok({ event: event.value, sessions });
}
