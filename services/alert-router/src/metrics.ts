import { Metrics } from '@whoran/service-kit';
import { Injectable } from '@nestjs/common';

/** Rules beyond these are counted together: a metric must not grow with what somebody writes into a file again and again. */
const RULES_COUNTED = 1000;
const MORE_RULES = 'other';

/** What the router measures. Receivers are labels because the operator names them: the list is closed. */
@Injectable()
export class RouterMetrics {
  readonly alerts;
  readonly deliveries;
  readonly attempts;
  readonly escalations;
  readonly queueLength;
  readonly oldest;
  readonly receiverUp;
  readonly deliverySeconds;
  readonly routesValid;
  readonly reloads;
  readonly rules;
  readonly rulesValid;
  readonly rulesReloads;
  readonly rulesSeconds;
  private readonly ruleMatches;
  private readonly rulesCounted = new Set<string>();

  constructor(metrics: Metrics) {
    this.alerts = metrics.counter(
      'whoran_router_alerts_total',
      'Alerts that events and rules would raise, by what became of them: notify, update, withdraw, or why not; and events that raise none, by why.',
      ['outcome'],
    );
    this.deliveries = metrics.counter(
      'whoran_router_deliveries_total',
      'Notifications per receiver that were delivered, or ended as a dead letter and why.',
      ['receiver', 'kind', 'outcome'],
    );
    this.escalations = metrics.counter(
      'whoran_router_escalations_total',
      'Notifications that another receiver was told, because this one was not reached.',
      ['receiver', 'to'],
    );
    this.attempts = metrics.counter('whoran_router_attempts_total', 'Attempts to deliver, by outcome.', ['kind', 'outcome']);
    this.queueLength = metrics.gauge(
      'whoran_router_queue_length',
      'Alerts in hand for a receiver: they wait for an attempt or are on their way. More may wait on the topic: whoran_bus_lag_messages.',
      ['receiver'],
    );
    this.oldest = metrics.gauge(
      'whoran_router_oldest_undelivered_timestamp_seconds',
      'When the oldest alert in hand for a receiver was raised; 0 when there is none.',
      ['receiver'],
    );
    this.receiverUp = metrics.gauge(
      'whoran_router_receiver_up',
      '0 while a receiver failed three times or more in a row and is only probed, else 1.',
      ['receiver'],
    );
    this.deliverySeconds = metrics.seconds('whoran_router_delivery_seconds', 'Time from raising an alert to its delivery.', ['kind']);
    this.routesValid = metrics.gauge(
      'whoran_router_routes_valid',
      '1 if the routes file as it stands is in use, 0 if it has errors and the former one is.',
    );
    this.reloads = metrics.counter('whoran_router_reloads_total', 'Changes of the routes file or of a file it names, by outcome.', [
      'outcome',
    ]);
    this.rules = metrics.gauge('whoran_router_rules', 'Rules that are on, by source; set is the cluster that has a set of its own.', [
      'set',
      'source',
    ]);
    this.rulesValid = metrics.gauge(
      'whoran_router_rules_valid',
      '1 if the rules as they stand in their files are in use, 0 if they have errors and the former ones are.',
    );
    this.rulesReloads = metrics.counter('whoran_router_rules_reloads_total', 'Changes of rule files and their settings, by outcome.', [
      'outcome',
    ]);
    this.rulesSeconds = metrics.seconds('whoran_router_rules_seconds', 'Time to run the rules over a batch of events.', ['source']);
    this.ruleMatches = metrics.counter(
      'whoran_router_rule_matches_total',
      'Events that a rule matched, those that come again included. The first 1000 rules that match are told apart.',
      ['rule'],
    );
  }

  /** Counts an event that a rule matched. */
  ruleMatched(rule: string): void {
    if (this.rulesCounted.size < RULES_COUNTED) this.rulesCounted.add(rule);
    this.ruleMatches.inc({ rule: this.rulesCounted.has(rule) ? rule : MORE_RULES });
  }
}
