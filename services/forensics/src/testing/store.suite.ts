import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AttributedEvent, type ExecSession, topics } from '@whoran/contracts';
import { printInstant } from '@whoran/kernel';
import { anAttributedEvent, anExecSession } from '@whoran/testing';
import { alertRow, eventRow } from '../intake/event-rows.ts';
import { processRow } from '../intake/process-rows.ts';
import { deadLetterRow, reportRow } from '../intake/report-rows.ts';
import { falcoSightings } from '../intake/source-rows.ts';
import type { Store } from '../store/store.ts';

const NOW = Date.parse('2026-01-01T12:00:00Z');
const unredacted = { text: (text: string) => text, argv: (argv: readonly string[]) => argv };
const intake = { redactor: unredacted, now: NOW };
const LIST = { limit: 100, order: 'desc' } as const;

let lastId = 0;
const unique = (word: string) => `${word}-${(lastId += 1)}`;

interface Different {
  readonly id?: string;
  readonly cluster?: string;
  readonly user?: string;
  readonly session?: string;
  readonly line?: string;
  readonly time?: string;
  readonly revision?: number;
  readonly evidence?: 'root' | 'lineage' | 'none';
  readonly fields?: AttributedEvent['output_fields'];
  readonly rule?: string;
  readonly tags?: string[];
}

/** A program start; each has a time and process of its own. */
function aCommand(different: Different = {}): AttributedEvent {
  const event = anAttributedEvent();
  const at = BigInt(Date.parse('2026-01-01T10:00:00Z')) * 1_000_000n + BigInt((lastId += 1));
  const { cluster = 'test', session = 's', user = 'jane@example.com', evidence = 'root' } = different;
  const known = evidence === 'none' ? {} : { session: { id: session, kind: 'exec' as const, user: { username: user, groups: ['sre'] } } };
  return {
    ...event,
    time: different.time ?? printInstant(at),
    rule: different.rule ?? event.rule,
    tags: different.tags ?? ['lineage'],
    output_fields: { ...event.output_fields, 'proc.cmdline': different.line ?? 'id', ...different.fields },
    whoran: {
      ...event.whoran,
      id: different.id ?? unique('event'),
      cluster,
      revision: different.revision ?? 0,
      attribution: { evidence, ...known, process: { key: `${cluster}/p/${at}`, pid: 1000 } },
    },
  };
}

/** What every store must keep to, called for each database. */
export function describeStore(name: string, open: () => Promise<Store>): void {
  describe(`${name} keeps the store's contract`, () => {
    let store: Store;
    beforeAll(async () => {
      store = await open();
    }, 120_000);
    afterAll(() => store.close());

    const save = (...events: readonly AttributedEvent[]) =>
      store.saveEvents(events.map((event) => eventRow(event, intake)), events.flatMap((event) => processRow(event, NOW) ?? []));
    const report = (...reports: readonly ExecSession[]) => store.saveReports(reports.map((one) => reportRow(one, intake)));
    const lines = async (search: Partial<Parameters<Store['commands']>[0]>) => (await store.commands({ ...LIST, ...search })).map(({ record }) => record.commandLine);

    it('keeps the highest revision of an event, in whatever order they come and how often', async () => {
      const cluster = unique('cluster');
      const id = unique('event');
      const late = aCommand({ id, cluster, line: 'second', revision: 1 });
      await save(late, aCommand({ id, cluster, line: 'first' }));
      await save(aCommand({ id, cluster, line: 'first' }));
      await save(late);
      expect(await lines({ cluster })).toEqual(['second']);
    });

    it('finds commands by each parameter, exactly', async () => {
      const cluster = unique('cluster');
      const [namespace, pod, container] = [unique('ns'), unique('pod'), unique('container')];
      await save(
        aCommand({ cluster, line: 'wanted', user: 'a_b', session: 'wanted', fields: { 'k8s.ns.name': namespace, 'k8s.pod.name': pod, 'container.name': container } }),
        aCommand({ cluster, line: 'other', user: 'axb', session: 'other', evidence: 'lineage' }),
      );
      for (const search of [{ namespace }, { pod }, { container }, { user: 'a_b' }, { user: 'a_*' }, { user: '*_b' }, { session: 'wanted' }, { evidence: 'root' as const }, { text: 'ANT' }]) {
        expect([search, await lines({ cluster, ...search })]).toEqual([search, ['wanted']]);
      }
      expect(await lines({ cluster, user: 'A_B' })).toEqual([]);
      expect(await lines({ cluster, user: '*' })).toEqual(['other', 'wanted']);
      expect(await lines({ cluster, order: 'asc' })).toEqual(['wanted', 'other']);
    });

    it('takes the wildcards of SQL as they are', async () => {
      const cluster = unique('cluster');
      await save(aCommand({ cluster, line: '100% _done_ \\o/' }), aCommand({ cluster, line: '100x ydoney /o' }));
      for (const text of ['0%', '_d', '\\o', "100% _done_ \\o/"]) expect([text, await lines({ cluster, text })]).toEqual([text, ['100% _done_ \\o/']]);
      expect(await lines({ cluster, text: "'; drop table whoran.events; --" })).toEqual([]);
    });

    it('goes through a list page by page without a gap, also where times are equal', async () => {
      const cluster = unique('cluster');
      const time = '2026-01-01T09:00:00.000000001Z';
      const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((letter) => `${cluster}-${letter}`);
      await save(...ids.map((id) => aCommand({ id, cluster, line: id, time, fields: { 'proc.pid': 1 } })).map((event, index) => withPid(event, index)));
      for (const order of ['asc', 'desc'] as const) {
        const seen: string[] = [];
        for (let after: Awaited<ReturnType<Store['commands']>>[number]['position'] | undefined, more = true; more; ) {
          const page = await store.commands({ cluster, limit: 3, order, after });
          seen.push(...page.map(({ record }) => record.id));
          after = page.at(-1)?.position;
          more = page.length === 3;
        }
        expect(seen).toEqual(order === 'asc' ? ids : ids.toReversed());
      }
    });

    it('keeps times to the nanosecond and searches by them', async () => {
      const cluster = unique('cluster');
      await save(aCommand({ cluster, time: '2026-01-01T08:00:00.123456789Z' }), aCommand({ cluster, time: '9999-12-31T00:00:00Z' }));
      const [late, early] = await store.commands({ ...LIST, cluster });
      expect(early?.record.time).toBe('2026-01-01T08:00:00.123456789Z');
      expect(late?.record.time).toMatch(/^2262/);
      const position = early?.position.timeNs ?? 0n;
      expect(await store.commands({ ...LIST, cluster, sinceNs: position, untilNs: position + 1n })).toHaveLength(1);
      expect(await store.commands({ ...LIST, cluster, untilNs: position })).toHaveLength(0);
    });

    it('stores whatever a text may hold', async () => {
      const cluster = unique('cluster');
      const nasty = 'a\0b\ud800c \u{1f600} \\u0000 \'"$1 \x1b[31m';
      await save(
        aCommand({ cluster, id: `${cluster}-\0`, line: nasty, user: nasty, session: nasty, rule: nasty, fields: { 'k8s.pod.name': nasty, 'proc.cwd': nasty, 'proc.pid': 2n ** 63n } }),
        aCommand({ cluster, line: 'x'.repeat(1_000_000), user: 'ü'.repeat(60_000), session: '\u{1f600}'.repeat(64), fields: { 'k8s.pod.name': 'ß'.repeat(5000), 'k8s.ns.name': '\u{1f600}'.repeat(5000) } }),
      );
      const [long, odd] = await store.commands({ ...LIST, cluster });
      expect(odd?.record).toMatchObject({ commandLine: nasty.replace('\0', '\ufffd').toWellFormed(), user: { name: nasty.replace('\0', '\ufffd').toWellFormed() } });
      expect(long?.record.commandLine).toHaveLength(32_768);
      expect(await lines({ cluster, user: 'ü'.repeat(60_000) })).toHaveLength(1);
      expect(await lines({ cluster, user: nasty })).toHaveLength(1);
      expect(await lines({ cluster, text: '\0b' })).toHaveLength(1);
    });

    it('shows a program start that two rules report once, by the lineage rule', async () => {
      const cluster = unique('cluster');
      const time = '2026-01-01T07:00:00.5Z';
      await save(aCommand({ cluster, id: unique('0'), time, line: 'twin', rule: 'Drop and execute', tags: ['mitre'] }));
      expect(await lines({ cluster })).toEqual(['twin']);
      await save(aCommand({ cluster, id: unique('z'), time, line: 'lineage' }));
      expect(await lines({ cluster })).toEqual(['lineage']);
      await save(aCommand({ cluster, line: 'failed', fields: { 'evt.res': 'ENOENT' } }), aCommand({ cluster, line: 'read', fields: { 'evt.type': 'openat' } }));
      expect(await lines({ cluster })).toEqual(['lineage']);
    });

    it('merges the reports of a session in any order', async () => {
      const base = { id: unique('session'), cluster: unique('cluster') };
      const started: Partial<ExecSession> = { ...base, observer: 'audit', phase: 'started', injected: false, startedAt: '2026-01-01T10:00:01Z', audit: { id: 'a1', sourceIps: ['192.0.2.1'], level: 'Metadata', code: 101 } };
      const ended: Partial<ExecSession> = { ...started, phase: 'ended', endedAt: '2026-01-01T10:05:00Z' };
      const requested = { ...base, node: 'worker-1' };
      await report(anExecSession(ended));
      await report(anExecSession(requested), anExecSession(started));
      await report(anExecSession(started));
      const [session, ...others] = await store.session(base.id);
      expect(others).toEqual([]);
      expect(session).toMatchObject({ phase: 'ended', injected: true, strategy: 'env', node: 'worker-1', observers: ['webhook', 'audit'], startedAt: '2026-01-01T10:00:01Z', endedAt: '2026-01-01T10:05:00Z', audit: { id: 'a1' } });
      expect((await store.sessions({ ...LIST, cluster: base.cluster })).map(({ record }) => record)).toEqual([session]);
    });

    it('shows a session that was recorded under two ids once, with what ran under both', async () => {
      const cluster = unique('cluster');
      const webhook = anExecSession({ id: unique('uid'), cluster, injected: false, strategy: 'none', reason: 'namespace-excluded' });
      const audit = anExecSession({ id: `audit:${unique('a')}`, cluster, observer: 'audit', phase: 'started', injected: false, strategy: 'none', requestedAt: '2026-01-01T09:59:59.5Z' });
      await save(aCommand({ cluster, session: webhook.id, line: 'one' }), aCommand({ cluster, session: audit.id, line: 'two' }));
      await report(webhook);
      expect((await store.sessions({ ...LIST, cluster })).map(({ record }) => record.id)).toEqual([webhook.id]);
      await report(audit);
      const [session, ...others] = (await store.sessions({ ...LIST, cluster })).map(({ record }) => record);
      expect(others).toEqual([]);
      expect(session).toMatchObject({ id: audit.id, aliases: [webhook.id], commands: 2, reason: 'namespace-excluded', phase: 'started' });
      expect(await store.session(webhook.id)).toEqual([session]);
      expect(await lines({ session: webhook.id })).toEqual(['two', 'one']);
    });

    it('gives what ran in a session, forks included', async () => {
      const cluster = unique('cluster');
      const session = anExecSession({ id: unique('session'), cluster });
      await report(session);
      const fork = aCommand({ cluster, session: session.id, fields: { 'evt.type': 'clone' } });
      await save(aCommand({ cluster, session: session.id }));
      await store.saveEvents([], [processRow(fork, NOW)].filter((row) => row !== undefined));
      const [stored] = await store.session(session.id);
      if (!stored) throw new Error('the session is missing');
      const contents = await store.contents(stored, { processes: 10, commands: 10, alerts: 10 });
      expect([contents.processes.length, contents.commands.length, contents.alerts.length]).toEqual([2, 1, 0]);
    });

    it('keeps alerts, dead letters and sources, and sums them up', async () => {
      const cluster = unique('cluster');
      const event = aCommand({ cluster, session: unique('s') });
      const { receivedAt: _receivedAt, ...origin } = event.whoran;
      const alert = { ...event, whoran: { ...origin, id: unique('alert'), eventId: origin.id, raisedAt: '2026-01-01T10:00:02Z' } };
      await store.saveAlerts([alertRow(alert, intake), alertRow(alert, intake)]);
      expect((await store.alerts({ ...LIST, cluster, rule: event.rule })).map(({ record }) => record)).toEqual([expect.objectContaining({ eventId: origin.id, raisedAt: '2026-01-01T10:00:02.000000000Z' })]);

      const letter = { id: unique('letter'), stage: cluster, origin: { topic: topics.falcoEvents.name }, reason: 'invalid-event', error: 'e', attempts: 1, time: '2026-01-01T10:00:00Z', payload: '', truncated: false };
      await store.saveDeadLetters([deadLetterRow(letter, intake), deadLetterRow(letter, intake)]);
      expect(await store.deadLetters({ ...LIST, stage: cluster })).toHaveLength(1);

      const { sources, facts } = falcoSightings([event], NOW);
      await store.saveSightings(sources, facts);
      await store.saveSightings(sources, facts);
      await save(event);
      const overview = await store.overview({ cluster, sinceNs: 0n, settledNs: BigInt(NOW) * 1_000_000n });
      expect(overview).toMatchObject({ sources: [{ kind: 'falco', node: 'node-a' }], evidence: [{ evidence: 'root', count: 1 }], hidden: [], execs: [] });
      expect(overview.facts.map(({ fact }) => fact)).toContain('rule:started');
      expect(overview.deadLetters.filter(({ stage }) => stage === cluster)).toEqual([{ stage: cluster, reason: 'invalid-event', count: 1, last: '2026-01-01T10:00:00.000000000Z' }]);
    });

    it('deletes what was stored before a time, in batches', async () => {
      const cluster = unique('cluster');
      const old = { ...intake, now: 1000 };
      const events = [aCommand({ cluster, line: 'old' }), aCommand({ cluster, line: 'old' }), aCommand({ cluster, line: 'old' })];
      await store.saveEvents(events.map((event) => eventRow(event, old)), []);
      await save(aCommand({ cluster, line: 'new' }));
      expect(await store.deleteBefore(2000, 2)).toBe(2);
      expect(await store.deleteBefore(2000, 2)).toBe(1);
      expect(await lines({ cluster })).toEqual(['new']);
    });

    it('writes the same rows from many sides at once', async () => {
      const cluster = unique('cluster');
      const events = Array.from({ length: 40 }, (_, index) => aCommand({ cluster, line: String(index) }));
      const session = anExecSession({ id: unique('session'), cluster });
      const audit = anExecSession({ ...session, observer: 'audit', phase: 'started' });
      await Promise.all([save(...events), save(...events.toReversed()), save(...events), report(session), report(audit), report(audit, session)]);
      expect(await lines({ cluster })).toHaveLength(40);
      expect(await store.session(session.id)).toEqual([expect.objectContaining({ phase: 'started', observers: ['webhook', 'audit'] })]);
    });
  });
}

function withPid(event: AttributedEvent, pid: number): AttributedEvent {
  const { attribution } = event.whoran;
  return { ...event, whoran: { ...event.whoran, attribution: { ...attribution, process: { key: `${event.whoran.id}`, pid } } } };
}
