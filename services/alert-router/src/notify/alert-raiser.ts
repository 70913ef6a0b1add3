import { Injectable } from '@nestjs/common';
import { Bus, type Verdict, drop, handled } from '@whoran/bus';
import { topics } from '@whoran/contracts';
import { Tracing } from '@whoran/service-kit';
import { Receivers } from '../delivery/receivers.ts';
import { RouterMetrics } from '../metrics.ts';
import { tellAlerts } from './alert-spans.ts';
import type { PossibleAlert, Said, Unsaid } from './decide-notification.ts';
import { addressed } from './make-alert.ts';
import { NotificationPlanner } from './notification-planner.ts';
import type { Unselected } from './select-alert.ts';

/** What one event leads to, as far as the event itself and the rules say. */
export interface Judgement {
  readonly possible: readonly PossibleAlert[];
  /** Why the event raises nothing by itself; what is counted when no rule does either. */
  readonly otherwise: Unselected | 'no-rule';
}

/** Brings alerts on the topic, with the names of their receivers. Delivering them is each receiver's own. */
@Injectable()
export class AlertRaiser {
  constructor(
    private readonly planner: NotificationPlanner,
    private readonly receivers: Receivers,
    private readonly bus: Bus,
    private readonly metrics: RouterMetrics,
    private readonly tracing: Tracing,
  ) {}

  /** Settles a batch of events, one verdict each. It counts as handled when its alerts are on the topic, from where they are delivered. */
  async raise(judgements: readonly Judgement[]): Promise<readonly Verdict[]> {
    const plan = await this.planner.plan(judgements.flatMap(({ possible }) => possible));
    if (plan.notifications.length > 0) {
      const alerts = plan.notifications.map((planned) => addressed(planned, this.receivers.addressees(planned.alert)));
      await this.bus.publish(topics.alerts, alerts);
      // Remembered last: a batch that fails before comes again and must then be notified, not taken for a duplicate.
      await this.planner.remember(plan);
      tellAlerts(this.tracing, alerts);
    }
    let at = 0;
    return judgements.map(({ possible, otherwise }) => {
      const outcomes = plan.outcomes.slice(at, (at += possible.length)).filter((outcome) => outcome !== 'never-raised');
      const counted = outcomes.length > 0 ? outcomes : [otherwise];
      for (const outcome of counted) this.metrics.alerts.inc({ outcome });
      return counted.some(isSaid) ? handled : drop(counted[0] ?? otherwise);
    });
  }
}

function isSaid(outcome: Said | Unsaid | Judgement['otherwise']): outcome is Said {
  return outcome === 'notify' || outcome === 'update' || outcome === 'withdraw';
}
