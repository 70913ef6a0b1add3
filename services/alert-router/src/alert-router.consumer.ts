import { Bus, type Verdict, drop, handled } from '@whoran/bus';
import { type AttributedEvent, topics } from '@whoran/contracts';
import { Consumer, On } from '@whoran/service-kit';
import { Receivers } from './delivery/receivers.ts';
import { RouterMetrics } from './metrics.ts';
import { NotificationPlanner } from './notify/notification-planner.ts';

/** Turns attributed events into alerts: on the topic for whoever reads it, and to the receivers of their routes. */
@Consumer()
export class AlertRouterConsumer {
  constructor(
    private readonly planner: NotificationPlanner,
    private readonly receivers: Receivers,
    private readonly bus: Bus,
    private readonly metrics: RouterMetrics,
  ) {}

  /** A batch counts as handled when its alerts are on the topic and every notification is queued or a dead letter. */
  @On(topics.attributedEvents)
  async onEvents(events: readonly AttributedEvent[]): Promise<readonly Verdict[]> {
    const plan = await this.planner.plan(events);
    if (plan.notifications.length > 0) {
      const alerts = plan.notifications.map(({ alert }) => alert);
      await this.bus.publish(topics.alerts, alerts);
      await this.receivers.deliver(plan.notifications);
      // Remembered last: a batch that fails before comes again and must then be notified, not taken for a duplicate.
      await this.planner.remember(plan);
    }
    for (const outcome of plan.outcomes) this.metrics.alerts.inc({ outcome });
    return plan.outcomes.map((outcome) => (outcome === 'notify' || outcome === 'update' ? handled : drop(outcome)));
  }
}
