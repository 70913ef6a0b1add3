import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { anExecSession } from '@whoran/testing';
import { deadLetterRow } from '../dead-letters/dead-letter-row.ts';
import { alertRow, eventRow } from '../intake/event-rows.ts';
import { falcoSightings } from '../intake/source-rows.ts';
import type { Store } from '../store/store.ts';
import { describeCommands } from './commands.suite.ts';
import { aLetter, describeDeadLetters } from './dead-letters.suite.ts';
import { describeDeliveries, describeResponses } from './notices.suite.ts';
import { describeSessions } from './sessions.suite.ts';
import { LIST, NOW, aCommand, intake, storeInSuite, unique } from './store-in-suite.ts';

/** What every store must keep to, called for each database. */
export function describeStore(name: string, open: () => Promise<Store>): void {
  describe(`${name} keeps the store's contract`, () => {
    let store: Store;
    beforeAll(async () => {
      store = await open();
    }, 120_000);
    afterAll(() => store.close());

    const suite = storeInSuite(() => store);
    const { save, report, lines } = suite;
    describeCommands(suite);
    describeSessions(suite);

    it('keeps alerts, dead letters and sources, and sums them up', async () => {
      const cluster = unique('cluster');
      const event = aCommand({ cluster, session: unique('s') });
      const { receivedAt: _receivedAt, ...origin } = event.whoran;
      const alert = { ...event, whoran: { ...origin, id: unique('alert'), eventId: origin.id, raisedAt: '2026-01-01T10:00:02Z' } };
      await store.saveAlerts([alertRow(alert, intake), alertRow(alert, intake)]);
      expect((await store.alerts({ ...LIST, cluster, rule: event.rule })).map(({ record }) => record)).toEqual([
        expect.objectContaining({ eventId: origin.id, raisedAt: '2026-01-01T10:00:02.000000000Z' }),
      ]);

      await store.letters.save([deadLetterRow(aLetter({ stage: cluster, reason: 'invalid-event' }), intake)]);

      const { sources, facts } = falcoSightings([event], NOW);
      await store.saveSightings(sources, facts);
      await store.saveSightings(sources, facts);
      await save(event);
      const overview = await store.overview({ cluster, sinceNs: 0n, settledNs: BigInt(NOW) * 1_000_000n });
      expect(overview).toMatchObject({
        sources: [{ kind: 'falco', node: 'node-a' }],
        evidence: [{ evidence: 'root', count: 1 }],
        hidden: [],
        execs: [],
      });
      expect(overview.facts.map(({ fact }) => fact)).toContain('rule:started');
      expect(overview.deadLetters.filter(({ stage }) => stage === cluster)).toEqual([
        { stage: cluster, reason: 'invalid-event', count: 1, last: '2026-01-01T10:00:00.000000000Z' },
      ]);
    });

    it('deletes what was stored before a time, in batches', async () => {
      const cluster = unique('cluster');
      const old = { ...intake, now: 1000 };
      const events = [aCommand({ cluster, line: 'old' }), aCommand({ cluster, line: 'old' }), aCommand({ cluster, line: 'old' })];
      await store.saveEvents(
        events.map((event) => eventRow(event, old)),
        [],
      );
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
      await Promise.all([
        save(...events),
        save(...events.toReversed()),
        save(...events),
        report(session),
        report(audit),
        report(audit, session),
      ]);
      expect(await lines({ cluster })).toHaveLength(40);
      expect(await store.session(session.id)).toEqual([expect.objectContaining({ phase: 'started', observers: ['webhook', 'audit'] })]);
    });

    describeDeadLetters(suite);
    describeDeliveries(suite);
    describeResponses(suite);
  });
}
