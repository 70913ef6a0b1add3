import { Injectable } from '@nestjs/common';
import type { Response } from '@whoran/contracts';
import { Metrics } from '@whoran/service-kit';

/** What is measured of responses. */
@Injectable()
export class ResponseMetrics {
  readonly steps;
  private readonly changes;

  constructor(metrics: Metrics) {
    this.changes = metrics.counter('whoran_router_responses_total', 'Responses to users, by action and the state that they came to.', [
      'action',
      'state',
      'dry_run',
    ]);
    this.steps = metrics.counter('whoran_router_response_steps_total', 'Steps of responses, by action and how they ended.', [
      'action',
      'outcome',
    ]);
  }

  /** Counts a response that came to another state. */
  changed({ action, state, dryRun }: Response): void {
    this.changes.inc({ action, state, dry_run: String(dryRun) });
  }
}
