import { AlertRouterConfig, alertRouter } from '@whoran/alert-router';
import { type Pipeline, type Recording, UNDISTURBED, replay, schedule, startPipeline } from '@whoran/attribution';
import type { InProcessBus } from '@whoran/bus';
import { type Alert, type AttributedEvent, type AuditEvent, type ExecSession, type Topic, topics } from '@whoran/contracts';
import { type Logger, millisOfNanos } from '@whoran/kernel';
import { LineWriter } from '@whoran/outputs';
import { startService } from '@whoran/service-kit';

/** What came out of a recording: the last revision of every event. */
export interface Shown {
  readonly sessions: readonly ExecSession[];
  readonly events: readonly AttributedEvent[];
  readonly alerts: readonly Alert[];
  readonly audit: readonly AuditEvent[];
}

/**
 * Replays a recording through services of its own on virtual time, as fast as they can, and publishes what came out. Every id
 * is made from the recording, so that showing it again changes nothing.
 */
export async function showRecording(
  recording: Recording,
  { bus, logger }: { readonly bus: InProcessBus; readonly logger: Logger },
): Promise<Shown> {
  const inputs = schedule(recording, UNDISTURBED);
  const pipeline = await startPipeline(recording, { now: millisOfNanos(inputs[0]?.at ?? 0n), logger });
  try {
    const shown = await watch(pipeline, inputs, logger);
    await bus.publish(topics.auditEvents, shown.audit);
    await bus.publish(topics.execSessions, shown.sessions);
    await bus.publish(topics.attributedEvents, shown.events);
    await bus.publish(topics.alerts, shown.alerts);
    await bus.idle();
    return shown;
  } finally {
    await pipeline.stop();
  }
}

async function watch(pipeline: Pipeline, inputs: ReturnType<typeof schedule>, logger: Logger): Promise<Shown> {
  const audit: AuditEvent[] = [];
  const sessions: ExecSession[] = [];
  const events = new Map<string, AttributedEvent>();
  const alerts = new Map<string, Alert>();
  const listen = <T>(topic: Topic<T>, take: (event: T) => void) =>
    pipeline.bus.subscribe({ group: 'demonstration', topic, handle: async (batch) => batch.forEach(take) });
  await listen(topics.auditEvents, (event) => void audit.push(event));
  await listen(topics.execSessions, (session) => void sessions.push(session));
  await listen(topics.attributedEvents, (event) => keepLast(events, event));
  await listen(topics.alerts, (alert) => keepLast(alerts, alert));
  const config = Object.assign(new AlertRouterConfig(), { port: 0, stdout: new Nowhere() });
  const router = await startService(alertRouter, config, { bus: pipeline.bus, clock: pipeline.clock, logger });
  try {
    await replay(inputs, pipeline);
  } finally {
    await router.stop();
  }
  return { audit, sessions, events: [...events.values()], alerts: [...alerts.values()] };
}

function keepLast<T extends { readonly whoran: { readonly id: string; readonly revision: number } }>(last: Map<string, T>, event: T): void {
  const { id, revision } = event.whoran;
  if ((last.get(id)?.whoran.revision ?? -1) <= revision) last.set(id, event);
}

/** The demonstration's alerts are told in the story: they notify nobody. */
class Nowhere extends LineWriter {
  override async write(): Promise<void> {}
}
