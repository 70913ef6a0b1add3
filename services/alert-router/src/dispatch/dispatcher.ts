import { Injectable } from '@nestjs/common';
import { Bus, type Verdict, drop, handled } from '@whoran/bus';
import { type Alert, topics } from '@whoran/contracts';
import { alertNotification } from './make-notification.ts';

/** Turns the alerts of the topic into notifications, each for one receiver. */
@Injectable()
export class Dispatcher {
  constructor(private readonly bus: Bus) {}

  /** Settles a batch of alerts, one verdict each. It counts as handled when its notifications are on the topic. */
  async dispatch(alerts: readonly Alert[]): Promise<readonly Verdict[]> {
    const notifications = alerts.flatMap((alert) => (alert.whoran.receivers ?? []).map((name) => alertNotification(alert, name)));
    if (notifications.length > 0) await this.bus.publish(topics.notifications, notifications);
    return alerts.map(({ whoran: { receivers = [] } }) => (receivers.length > 0 ? handled : drop('no-receiver')));
  }
}
