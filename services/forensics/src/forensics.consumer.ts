import { type Verdict, drop } from '@whoran/bus';
import {
  type Alert,
  type AttributedEvent,
  type AuditEvent,
  type DeadLetter,
  type Delivery,
  type ExecSession,
  type Response,
  topics,
} from '@whoran/contracts';
import { Clock, Logger, isRetriable, messageOf } from '@whoran/kernel';
import { Consumer, On } from '@whoran/service-kit';
import { deadLetterRow } from './dead-letters/dead-letter-row.ts';
import { commandOfRow } from './intake/command-of-row.ts';
import { deliveryRow } from './deliveries/delivery-row.ts';
import { type Intake, alertRow, eventRow, isFork } from './intake/event-rows.ts';
import { processRow } from './intake/process-rows.ts';
import { reportRow } from './intake/report-rows.ts';
import { auditSightings, falcoSightings, webhookSightings } from './intake/source-rows.ts';
import { RedactorPort } from './redact/redactor-port.ts';
import { responseRow } from './responses/response-row.ts';
import { Store } from './store/store.ts';
import { TailHub } from './tail-hub.ts';

/** Stores what comes on the topics. Every write is idempotent, so that a batch may come again. */
@Consumer()
export class ForensicsConsumer {
  constructor(
    private readonly store: Store,
    private readonly redactor: RedactorPort,
    private readonly tail: TailHub,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  @On(topics.attributedEvents)
  async onAttributedEvents(events: readonly AttributedEvent[]): Promise<void> {
    const intake = this.intake();
    const rows = events.filter((event) => !isFork(event)).map((event) => eventRow(event, intake));
    const processes = events.flatMap((event) => processRow(event, intake.now) ?? []);
    const { sources, facts } = falcoSightings(events, intake.now);
    await this.store.saveEvents(rows, processes);
    await this.store.saveSightings(sources, facts);
    this.tail.publish(rows.filter(({ command }) => command).map((row) => ({ record: commandOfRow(row), start: row.start })));
  }

  @On(topics.execSessions)
  async onExecSessions(reports: readonly ExecSession[]): Promise<void> {
    const intake = this.intake();
    await this.store.saveReports(reports.map((report) => reportRow(report, intake)));
    const { sources, facts } = webhookSightings(reports, intake.now);
    await this.store.saveSightings(sources, facts);
  }

  @On(topics.alerts)
  async onAlerts(alerts: readonly Alert[]): Promise<void> {
    const intake = this.intake();
    await this.store.saveAlerts(alerts.map((alert) => alertRow(alert, intake)));
  }

  @On(topics.auditEvents)
  async onAuditEvents(events: readonly AuditEvent[]): Promise<void> {
    const { sources, facts } = auditSightings(events, this.clock.now());
    await this.store.saveSightings(sources, facts);
  }

  @On(topics.deliveries)
  async onDeliveries(deliveries: readonly Delivery[]): Promise<void> {
    const intake = this.intake();
    await this.store.deliveries.save(deliveries.map((delivery) => deliveryRow(delivery, intake)));
  }

  @On(topics.responses)
  async onResponses(responses: readonly Response[]): Promise<void> {
    const intake = this.intake();
    await this.store.responses.save(responses.map((response) => responseRow(response, intake)));
  }

  /** A dead letter that cannot be stored is dropped: its own dead letter would come back here. */
  @On(topics.deadLetters)
  async onDeadLetters(letters: readonly DeadLetter[]): Promise<readonly Verdict[] | void> {
    const intake = this.intake();
    try {
      await this.store.letters.save(letters.map((letter) => deadLetterRow(letter, intake)));
      return undefined;
    } catch (error) {
      if (isRetriable(error)) throw error;
      this.logger.error('forensics.dead-letters-unstorable', { count: letters.length, error: messageOf(error) });
      return letters.map(() => drop('unstorable'));
    }
  }

  private intake(): Intake {
    return { redactor: this.redactor, now: this.clock.now() };
  }
}
