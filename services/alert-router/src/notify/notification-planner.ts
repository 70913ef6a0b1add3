import { Injectable } from '@nestjs/common';
import type { PossibleAlert } from './decide-notification.ts';
import { NotificationLog } from './notification-log.ts';
import { type NotificationPlan, planNotifications } from './plan-notifications.ts';

/** Plans notifications with what is remembered of earlier ones. */
@Injectable()
export class NotificationPlanner {
  constructor(private readonly log: NotificationLog) {}

  /** What a batch of possible alerts leads to. Nothing is remembered yet, so the same batch may be planned again. */
  async plan(possible: readonly PossibleAlert[]): Promise<NotificationPlan> {
    const idsOf = (holds: boolean) => possible.filter((each) => each.holds === holds).map(({ id }) => id);
    const raised = await this.log.find(idsOf(true));
    const withdrawn = await this.log.look(idsOf(false).filter((id) => !raised.has(id)));
    return planNotifications(possible, new Map([...raised, ...withdrawn]));
  }

  /** Remembers a plan that was carried out. */
  remember(plan: NotificationPlan): Promise<void> {
    return this.log.record(plan.notified);
  }
}
