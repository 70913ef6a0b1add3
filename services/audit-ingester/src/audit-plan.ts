import { topics } from '@whoran/contracts';
import type { Plan, Stamp, Store } from '@whoran/ingest';
import { type Metrics, type Tracing, tellExec } from '@whoran/service-kit';
import { eventsOf } from './audit-events.ts';
import type { AuditIngesterConfig } from './audit-ingester.config.ts';
import { type NormalisedAudit, normaliseAudit } from './normalise-audit.ts';

/** What becomes of audit events: each goes to its topic, with the reports about sessions that it contains. */
export class AuditPlan implements Plan<NormalisedAudit> {
  private readonly sessions;

  constructor(
    private readonly config: AuditIngesterConfig,
    metrics: Metrics,
    private readonly tracing: Tracing,
  ) {
    this.sessions = metrics.counter('whoran_audit_session_reports_total', 'Reports about exec sessions, by kind and phase.', [
      'kind',
      'phase',
    ]);
  }

  readonly items = eventsOf;

  readonly read = (item: unknown, stamp: Stamp) => normaliseAudit(item, stamp, this.config);

  readonly store = async (taken: readonly NormalisedAudit[], store: Store): Promise<void> => {
    const sessions = taken.flatMap((normalised) => normalised.sessions);
    await store(
      topics.auditEvents,
      taken.map(({ event }) => event),
    );
    await store(topics.execSessions, sessions);
    tellExec(this.tracing, sessions);
    for (const { kind, phase } of sessions) this.sessions.inc({ kind, phase });
  };
}
