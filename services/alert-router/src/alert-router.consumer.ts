import { Bus, type Verdict, drop, handled } from '@whoran/bus';
import { type AttributedEvent, topics } from '@whoran/contracts';
import { Consumer, On, Tracing } from '@whoran/service-kit';
import { Receivers } from './delivery/receivers.ts';
import { RouterMetrics } from './metrics.ts';
import { tellAlerts } from './notify/alert-spans.ts';
import { addressed } from './notify/make-alert.ts';
import { NotificationPlanner } from './notify/notification-planner.ts';

/** Turns attributed events into alerts on the topic, with the names of their receivers. Delivering them is each receiver's own. */
@Consumer()
export class AlertRouterConsumer {
  constructor(
    private readonly planner: NotificationPlanner,
    private readonly receivers: Receivers,
    private readonly bus: Bus,
    private readonly metrics: RouterMetrics,
    private readonly tracing: Tracing,
  ) {}

  /** A batch counts as handled when its alerts are on the topic, from where they are delivered. */
  @On(topics.attributedEvents)
  async onEvents(events: readonly AttributedEvent[]): Promise<readonly Verdict[]> {
    const plan = await this.planner.plan(events);
    if (plan.notifications.length > 0) {
      const alerts = plan.notifications.map((notification) => addressed(notification, this.receivers.addressees(notification.alert)));
      await this.bus.publish(topics.alerts, alerts);
      // Remembered last: a batch that fails before comes again and must then be notified, not taken for a duplicate.
      await this.planner.remember(plan);
      tellAlerts(this.tracing, alerts);
    }
    for (const outcome of plan.outcomes) this.metrics.alerts.inc({ outcome });
    return plan.outcomes.map((outcome) => (outcome === 'notify' || outcome === 'update' ? handled : drop(outcome)));
  }
}
