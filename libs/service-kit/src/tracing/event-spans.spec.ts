import { describe, expect, it } from '@jest/globals';
import { topics } from '@whoran/contracts';
import { RecordingTracing, aFalcoEvent, anAlert, anAttributedEvent, anExecSession } from '@whoran/testing';
import { sessionIdOf, tellAttributed, tellExec } from './event-spans.ts';

const at = (text: string) => Date.parse(text);
const times = { requestedAt: '2026-01-01T10:00:00Z', startedAt: '2026-01-01T10:00:00.250Z', endedAt: '2026-01-01T10:05:00Z' };

/** What nobody but operators may read. */
const PRIVATE = /jane|rm -rf|secret-token/;

describe('an exec', () => {
  it('is told when it started, ended or was refused; what the webhook saw is told by the webhook', () => {
    const tracing = new RecordingTracing();
    const user = { username: 'jane@example.com', groups: [] };
    const session = (phase: 'requested' | 'started' | 'ended' | 'refused') =>
      anExecSession({ ...times, id: 's', user, command: ['rm -rf', 'secret-token'], phase });
    tellExec(tracing, [session('requested'), session('started'), session('ended'), session('refused')]);
    expect(tracing.spans.map(({ sessionId, name, start, end, failure }) => [sessionId, name, start, end, failure])).toEqual([
      ['s', 'exec started', at(times.startedAt), at(times.startedAt), undefined],
      ['s', 'exec ended', at(times.startedAt), at(times.endedAt), undefined],
      ['s', 'exec refused', at(times.startedAt), at(times.startedAt), 'refused'],
    ]);
    expect(JSON.stringify(tracing.spans)).not.toMatch(PRIVATE);
  });
});

describe('events', () => {
  const event = anAttributedEvent();
  const session = event.whoran.attribution.session?.id;
  const now = at('2026-01-01T12:00:00Z');

  it('are told of when they name the user, and alerts of our own each; other events are not', () => {
    const tracing = new RecordingTracing();
    const nobody = anAttributedEvent({}, { attribution: { evidence: 'none', reason: 'lineage-lost' } });
    tellAttributed(tracing, [nobody, event, { ...event, source: 'whoran' }], now);
    expect(tracing.spans.map(({ name, key, sessionId }) => [name, key, sessionId])).toEqual([
      ['first attributed event', undefined, session],
      ['first attributed event', undefined, session],
      ['own alert', event.whoran.id, session],
    ]);
    expect(tracing.spans[0]?.attributes).toMatchObject({
      'k8s.cluster.name': event.whoran.cluster,
      'whoran.evidence': event.whoran.attribution.evidence,
    });
    expect(JSON.stringify(tracing.spans)).not.toContain(event.whoran.attribution.session?.user.username);
  });

  it('carry the trace of their session on the bus, if they have one', () => {
    expect(sessionIdOf(topics.execSessions, anExecSession({ id: 's' }))).toBe('s');
    expect(sessionIdOf(topics.attributedEvents, event)).toBe(session);
    expect(sessionIdOf(topics.alerts, anAlert())).toBe(anAlert().whoran.attribution.session?.id);
    expect(sessionIdOf(topics.falcoEvents, aFalcoEvent())).toBeUndefined();
  });
});
