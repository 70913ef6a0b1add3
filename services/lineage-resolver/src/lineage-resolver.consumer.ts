import { type AuditEvent, type ExecSession, type FalcoEvent, topics } from '@whoran/contracts';
import { Consumer, On } from '@whoran/service-kit';
import { Resolver } from './resolver.ts';

/** Turns Falco events into attributed events. Sessions and audit events only add to what is known. */
@Consumer()
export class LineageResolverConsumer {
  constructor(private readonly resolver: Resolver) {}

  @On(topics.execSessions)
  onExecSessions(reports: readonly ExecSession[]): Promise<void> {
    return this.resolver.takeReports(reports);
  }

  @On(topics.falcoEvents)
  onFalcoEvents(events: readonly FalcoEvent[]): Promise<void> {
    return this.resolver.takeFalco(events);
  }

  @On(topics.auditEvents)
  onAuditEvents(events: readonly AuditEvent[]): Promise<void> {
    return this.resolver.takeAudit(events);
  }
}
