import { expect, it } from '@jest/globals';
import type { ExecSession } from '@whoran/contracts';
import { anExecSession } from '@whoran/testing';
import { processRow } from '../intake/process-rows.ts';
import { LIST, NOW, type StoreInSuite, aCommand, unique } from './store-in-suite.ts';

/** What every store must do with sessions. */
export function describeSessions(suite: StoreInSuite): void {
  const { save, report, lines } = suite;
  it('merges the reports of a session in any order', async () => {
    const base = { id: unique('session'), cluster: unique('cluster') };
    const started: Partial<ExecSession> = {
      ...base,
      observer: 'audit',
      phase: 'started',
      injected: false,
      startedAt: '2026-01-01T10:00:01Z',
      audit: { id: 'a1', sourceIps: ['192.0.2.1'], level: 'Metadata', code: 101 },
    };
    const ended: Partial<ExecSession> = { ...started, phase: 'ended', endedAt: '2026-01-01T10:05:00Z' };
    const requested = { ...base, node: 'worker-1' };
    await report(anExecSession(ended));
    await report(anExecSession(requested), anExecSession(started));
    await report(anExecSession(started));
    const [session, ...others] = await suite.store.session(base.id);
    expect(others).toEqual([]);
    expect(session).toMatchObject({
      phase: 'ended',
      injected: true,
      strategy: 'env',
      node: 'worker-1',
      observers: ['webhook', 'audit'],
      startedAt: '2026-01-01T10:00:01Z',
      endedAt: '2026-01-01T10:05:00Z',
      audit: { id: 'a1' },
    });
    expect((await suite.store.sessions({ ...LIST, cluster: base.cluster })).map(({ record }) => record)).toEqual([session]);
  });

  it('shows a session that was recorded under two ids once, with what ran under both', async () => {
    const cluster = unique('cluster');
    const webhook = anExecSession({ id: unique('uid'), cluster, injected: false, strategy: 'none', reason: 'namespace-excluded' });
    const audit = anExecSession({
      id: `audit:${unique('a')}`,
      cluster,
      observer: 'audit',
      phase: 'started',
      injected: false,
      strategy: 'none',
      requestedAt: '2026-01-01T09:59:59.5Z',
    });
    await save(aCommand({ cluster, session: webhook.id, line: 'one' }), aCommand({ cluster, session: audit.id, line: 'two' }));
    await report(webhook);
    expect((await suite.store.sessions({ ...LIST, cluster })).map(({ record }) => record.id)).toEqual([webhook.id]);
    await report(audit);
    const [session, ...others] = (await suite.store.sessions({ ...LIST, cluster })).map(({ record }) => record);
    expect(others).toEqual([]);
    expect(session).toMatchObject({ id: audit.id, aliases: [webhook.id], commands: 2, reason: 'namespace-excluded', phase: 'started' });
    expect(await suite.store.session(webhook.id)).toEqual([session]);
    expect(await lines({ session: webhook.id })).toEqual(['two', 'one']);
  });

  it('gives what ran in a session, forks included', async () => {
    const cluster = unique('cluster');
    const session = anExecSession({ id: unique('session'), cluster });
    await report(session);
    const fork = aCommand({ cluster, session: session.id, fields: { 'evt.type': 'clone' } });
    await save(aCommand({ cluster, session: session.id }));
    await suite.store.saveEvents(
      [],
      [processRow(fork, NOW)].filter((row) => row !== undefined),
    );
    const [stored] = await suite.store.session(session.id);
    if (!stored) throw new Error('the session is missing');
    const contents = await suite.store.contents(stored, { processes: 10, commands: 10, alerts: 10 });
    expect([contents.processes.length, contents.commands.length, contents.alerts.length]).toEqual([2, 1, 0]);
  });
}
