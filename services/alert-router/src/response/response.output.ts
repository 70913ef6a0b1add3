import { createHash } from 'node:crypto';
import { type Alert, type Notification, namedIdentity } from '@whoran/contracts';
import { type Issue, type Millis, type Result, err, messageOf, ok, parseDuration, printIssue } from '@whoran/kernel';
import { type OutputKind, type Outcome, Output } from '@whoran/outputs';
import { type NewResponse, ResponseReceiver, checkReceiver, reasonFor, slotOf, targetOfAlert } from '@whoran/response';
import type { Responder } from './responder.ts';

const TIMEOUT = 15_000;

/** The kind of receiver that does something about the user of an alert. Off, and refused in a routes file, without a responder. */
export function responseKind(responder: Responder | undefined): OutputKind {
  // The settings have been checked against the schema by then.
  return { kind: 'response', schema: ResponseReceiver, open: (settings) => open(settings as ResponseReceiver, responder) };
}

function open(settings: ResponseReceiver, responder: Responder | undefined): Result<Output, readonly Issue[]> {
  const off = (message: string): Issue => ({ code: 'invalid-receiver', item: '', message });
  if (!responder) return err([off('responses are off: set WHORAN_ROUTER_RESPONSE_FILE')]);
  const issues = [...checkReceiver(settings)];
  const refused = responder.refusesRoutes(settings.action);
  if (refused !== undefined) issues.push(off(refused));
  return issues.length > 0 ? err(issues) : ok(new ResponseOutput(settings, responder));
}

/** Responds to each alert of a notification. The same alert, or another about the same user while the response holds, does nothing new. */
class ResponseOutput extends Output {
  override readonly kind = 'response';
  override readonly timeout: Millis = TIMEOUT;

  constructor(
    private readonly settings: ResponseReceiver,
    private readonly responder: Responder,
  ) {
    super();
  }

  override async send(notification: Notification): Promise<Outcome> {
    if (notification.reason === 'storm') return { kind: 'refused', error: 'the summary of a storm names nobody in particular' };
    const problems: string[] = [];
    for (const asked of this.responsesTo(notification, problems)) {
      try {
        const submitted = await this.responder.submit(asked);
        if (!submitted.ok) problems.push(submitted.error.issues.map(printIssue).join('; '));
      } catch (error) {
        return { kind: 'retry', error: messageOf(error) };
      }
    }
    return problems.length === 0 ? { kind: 'delivered' } : { kind: 'refused', error: [...new Set(problems)].slice(0, 10).join('; ') };
  }

  override async close(): Promise<void> {}

  private responsesTo(notification: Notification, problems: string[]): readonly NewResponse[] {
    const asked = new Map<string, NewResponse>();
    for (const alert of notification.alerts) {
      const target = targetOfAlert(alert, this.settings);
      if (!target.ok) {
        problems.push(target.error);
        continue;
      }
      const slot = slotOf({ action: this.settings.action, target: target.value });
      if (!asked.has(slot)) asked.set(slot, this.responseTo(alert, { notification, target: target.value, slot }));
    }
    return [...asked.values()];
  }

  private responseTo(
    alert: Alert,
    { notification, target, slot }: { readonly notification: Notification; readonly target: NewResponse['target']; readonly slot: string },
  ): NewResponse {
    const { action, dry_run: dryRun = false, duration } = this.settings;
    const groups = namedIdentity(alert.whoran.attribution)?.groups;
    return {
      // Not the notification's own id: an alert that comes again with more known of it is the same reason to respond.
      id: `auto-${createHash('sha256')
        .update(JSON.stringify([notification.receiver, alert.whoran.id, slot]))
        .digest('hex')
        .slice(0, 32)}`,
      action,
      target,
      reason: reasonFor(alert, this.settings),
      author: `route ${notification.receiver}`,
      isKnown: false,
      dryRun,
      duration: parseDuration(duration ?? '') ?? 'usual',
      automatic: true,
      alert: alert.whoran.id.slice(0, 128),
      ...(groups ? { groups } : {}),
    };
  }
}
