import { Bus, type BusHealth, type Subscribed, type Subscription } from '@whoran/bus';
import { type ExecSession, InjectionStrategy, type Topic, check, topics } from '@whoran/contracts';
import type { RecordedAnswer } from './recording.ts';

/**
 * The bus as the webhook sees it in a replay: what was recorded is what happened, so a session counts as injected only if the
 * recorded answer had a patch, whatever today's webhook would have answered.
 */
export class RecordedAnswers extends Bus {
  constructor(
    private readonly inner: Bus,
    private readonly answers: ReadonlyMap<string, RecordedAnswer>,
  ) {
    super();
  }

  override publish<T>(topic: Topic<T>, events: readonly T[]): Promise<void> {
    if (topic.name !== topics.execSessions.name) return this.inner.publish(topic, events);
    const sessions = events as unknown as readonly ExecSession[]; // the topic says what its events are
    return this.inner.publish(
      topics.execSessions,
      sessions.map((session) => asRecorded(session, this.answers.get(session.id))),
    );
  }

  override subscribe<T>(subscription: Subscription<T>): Promise<Subscribed> {
    return this.inner.subscribe(subscription);
  }

  override health(): BusHealth {
    return this.inner.health();
  }

  override close(): Promise<void> {
    return this.inner.close();
  }
}

/** A webhook's report with the recorded answer in place of today's. */
export function asRecorded(session: ExecSession, answer: RecordedAnswer | undefined): ExecSession {
  if (!answer || session.observer !== 'webhook') return session;
  const { reason, ...rest } = session;
  const phase = answer.allowed ? 'requested' : 'refused';
  if (!answer.patched) return { ...rest, phase, injected: false, strategy: 'none', reason: reason ?? 'not injected when it was recorded' };
  const strategy = check<InjectionStrategy>(InjectionStrategy, answer.strategy);
  return { ...rest, phase, injected: true, strategy: strategy.ok ? strategy.value : 'env' };
}
