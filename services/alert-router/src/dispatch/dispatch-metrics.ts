import { Injectable } from '@nestjs/common';
import { Metrics } from '@whoran/service-kit';

/** What is measured between alerts and their delivery. */
@Injectable()
export class DispatchMetrics {
  readonly notifications;
  readonly muted;

  constructor(metrics: Metrics) {
    this.notifications = metrics.counter('whoran_router_notifications_total', 'Notifications for receivers, by why they are told.', [
      'reason',
    ]);
    this.muted = metrics.counter(
      'whoran_router_muted_total',
      'Notifications that nobody was told, by receiver and what muted them: inhibition, time, silence or rate (these are told in a summary).',
      ['receiver', 'by'],
    );
  }
}
