import { Bus, type Verdict, drop, handled } from '@whoran/bus';
import { type AttributedEvent, topics } from '@whoran/contracts';
import { Clock } from '@whoran/kernel';
import { Consumer, On } from '@whoran/service-kit';
import { AlertRouterConfig } from './alert-router.config.ts';
import { Receivers } from './delivery/receivers.ts';
import { RouterMetrics } from './metrics.ts';
import { NotificationLog } from './notify/notification-log.ts';
import { alertIdsOf, planNotifications } from './notify/plan-notifications.ts';

/** Turns attributed events into alerts: on the topic for whoever reads it, and to the receivers of their routes. */
@Consumer()
export class AlertRouterConsumer {
  constructor(
    private readonly config: AlertRouterConfig,
    private readonly log: NotificationLog,
    private readonly receivers: Receivers,
    private readonly bus: Bus,
    private readonly clock: Clock,
    private readonly metrics: RouterMetrics,
  ) {}

  /** A batch counts as handled when its alerts are on the topic and every notification is queued or a dead letter. */
  @On(topics.attributedEvents)
  async onEvents(events: readonly AttributedEvent[]): Promise<readonly Verdict[]> {
    const { minPriority } = this.config;
    const before = await this.log.find(alertIdsOf(events, minPriority));
    const plan = planNotifications(events, before, { minPriority, now: this.clock.now() });
    // Remembered last: a batch that fails before comes again and must then be notified, not taken for a duplicate.
    if (plan.notifications.length > 0) {
      await this.bus.publish(topics.alerts, plan.notifications.map(({ alert }) => alert));
      await this.receivers.deliver(plan.notifications);
      await this.log.record(plan.notified);
    }
    for (const outcome of plan.outcomes) this.metrics.alerts.inc({ outcome });
    return plan.outcomes.map((outcome) => (outcome === 'notify' || outcome === 'update' ? handled : drop(outcome)));
  }
}
