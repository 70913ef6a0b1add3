import type { Alert, Notification } from '@whoran/contracts';
import { type Clock, type Millis, millisOfNanos, parseInstant } from '@whoran/kernel';
import { type Outcome, Output, type SendContext } from '@whoran/outputs';
import { type SpanName, type Tracing, eventAttributes } from '@whoran/service-kit';

/** Tells alerts in the traces of the sessions that they are about: from the event to the moment when people are to hear of it. */
export function tellAlerts(tracing: Tracing, alerts: readonly Alert[]): void {
  for (const alert of alerts) {
    const session = alert.whoran.attribution.session?.id;
    if (session === undefined) continue;
    tracing.sessionSpan(session, spanOf(alert), () => {
      const end = millis(alert.whoran.raisedAt);
      return { start: Math.min(millis(alert.time), end), end, attributes: eventAttributes(alert) };
    });
  }
}

/** An output whose last attempt at a notification is told beneath the span of each of its alerts. Attempts that are made again are not. */
export class TracedOutput extends Output {
  readonly kind: string;
  readonly timeout: Millis;

  constructor(
    private readonly inner: Output,
    private readonly traces: { readonly tracing: Tracing; readonly clock: Clock; readonly receiver: string },
  ) {
    super();
    this.kind = inner.kind;
    this.timeout = inner.timeout;
  }

  override async send(notification: Notification, context: SendContext): Promise<Outcome> {
    const start = this.traces.clock.now();
    const outcome = await this.inner.send(notification, context);
    if (outcome.kind !== 'retry') for (const alert of notification.alerts) this.tell(alert, start, outcome);
    return outcome;
  }

  override close(): Promise<void> {
    return this.inner.close();
  }

  private tell(alert: Alert, start: Millis, outcome: Outcome): void {
    const { tracing, clock, receiver } = this.traces;
    const session = alert.whoran.attribution.session?.id;
    if (session === undefined) return;
    const parent = spanOf(alert);
    tracing.sessionSpan(session, { name: `deliver ${this.kind}`, key: `${parent.key} ${receiver}`, parent }, () => ({
      start,
      end: clock.now(),
      attributes: { ...eventAttributes(alert), 'whoran.receiver': receiver },
      ...(outcome.kind === 'refused' ? { failure: 'refused' } : {}),
    }));
  }
}

function spanOf({ whoran: { id, revision } }: Alert): SpanName & { readonly key: string } {
  return { name: 'alert', key: `${id} ${revision}` };
}

function millis(instant: string): Millis {
  const nanos = parseInstant(instant);
  return nanos === undefined ? 0 : millisOfNanos(nanos);
}
