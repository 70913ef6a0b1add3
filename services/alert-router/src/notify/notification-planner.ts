import { Injectable } from '@nestjs/common';
import type { AttributedEvent } from '@whoran/contracts';
import { Clock } from '@whoran/kernel';
import { AlertRouterConfig } from '../alert-router.config.ts';
import { NotificationLog } from './notification-log.ts';
import { type NotificationPlan, alertIdsOf, planNotifications } from './plan-notifications.ts';

/** Plans notifications with what is remembered of earlier ones. */
@Injectable()
export class NotificationPlanner {
  constructor(
    private readonly config: AlertRouterConfig,
    private readonly log: NotificationLog,
    private readonly clock: Clock,
  ) {}

  /** What a batch of events leads to. Nothing is remembered yet, so the same batch may be planned again. */
  async plan(events: readonly AttributedEvent[]): Promise<NotificationPlan> {
    const { minPriority } = this.config;
    const before = await this.log.find(alertIdsOf(events, minPriority));
    return planNotifications(events, before, { minPriority, now: this.clock.now() });
  }

  /** Remembers a plan that was carried out. */
  remember(plan: NotificationPlan): Promise<void> {
    return this.log.record(plan.notified);
  }
}
