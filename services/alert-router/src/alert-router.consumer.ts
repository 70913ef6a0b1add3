import type { Verdict } from '@whoran/bus';
import { type Alert, type AttributedEvent, type AuditEvent, topics } from '@whoran/contracts';
import { Consumer, On } from '@whoran/service-kit';
import { Dispatcher } from './dispatch/dispatcher.ts';
import { AlertRaiser } from './notify/alert-raiser.ts';
import { Judge } from './rules/judge.ts';

/** Turns events into alerts on their topic, and alerts into notifications on theirs. Delivering them is each receiver's own. */
@Consumer()
export class AlertRouterConsumer {
  constructor(
    private readonly judge: Judge,
    private readonly raiser: AlertRaiser,
    private readonly dispatcher: Dispatcher,
  ) {}

  @On(topics.alerts)
  onAlerts(alerts: readonly Alert[]): Promise<readonly Verdict[]> {
    return this.dispatcher.dispatch(alerts);
  }

  @On(topics.attributedEvents)
  onEvents(events: readonly AttributedEvent[]): Promise<readonly Verdict[]> {
    return this.raiser.raise(this.judge.attributedEvents(events));
  }

  @On(topics.auditEvents)
  onAuditEvents(events: readonly AuditEvent[]): Promise<readonly Verdict[]> {
    return this.raiser.raise(this.judge.auditEvents(events));
  }
}
