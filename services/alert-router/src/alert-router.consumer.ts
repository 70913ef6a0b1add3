import type { Verdict } from '@whoran/bus';
import { type AttributedEvent, type AuditEvent, topics } from '@whoran/contracts';
import { Consumer, On } from '@whoran/service-kit';
import { AlertRaiser } from './notify/alert-raiser.ts';
import { Judge } from './rules/judge.ts';

/** Turns events into alerts on the topic, with the names of their receivers. Delivering them is each receiver's own. */
@Consumer()
export class AlertRouterConsumer {
  constructor(
    private readonly judge: Judge,
    private readonly raiser: AlertRaiser,
  ) {}

  @On(topics.attributedEvents)
  onEvents(events: readonly AttributedEvent[]): Promise<readonly Verdict[]> {
    return this.raiser.raise(this.judge.attributedEvents(events));
  }

  @On(topics.auditEvents)
  onAuditEvents(events: readonly AuditEvent[]): Promise<readonly Verdict[]> {
    return this.raiser.raise(this.judge.auditEvents(events));
  }
}
