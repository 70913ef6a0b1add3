import { describe, expect, it } from '@jest/globals';
import type { Delivery, Response } from '@whoran/contracts';
import * as builders from '@whoran/testing';
import { deliveryRow } from '../deliveries/delivery-row.ts';
import type { DeliverySearch } from '../deliveries/delivery-store.ts';
import { responseRow } from '../responses/response-row.ts';
import type { ResponseSearch } from '../responses/response-store.ts';
import { LIST, type StoreInSuite, intake, unique } from './store-in-suite.ts';

/** A delivery with an id of its own. */
export function aDelivery(different: Partial<Delivery> = {}): Delivery {
  const id = unique('delivery');
  return builders.aDelivery({ id, notification: `of-${id}`, ...different });
}

/** A response that was asked for, with an id of its own. */
export function aResponse(different: Partial<Response> = {}): Response {
  const steps: Response['steps'] = [{ what: 'quarantine user jane@example.com', state: 'planned' }];
  return builders.aResponse({ id: unique('response'), revision: 0, state: 'proposed', steps, ...different });
}

/** What a store must keep to about deliveries. */
export function describeDeliveries(suite: StoreInSuite): void {
  const save = (...deliveries: readonly Delivery[]) => suite.store.deliveries.save(deliveries.map((one) => deliveryRow(one, intake)));
  const find = async (search: Partial<DeliverySearch>) =>
    (await suite.store.deliveries.find({ ...LIST, ...search })).map(({ record: { id } }) => id);

  describe('deliveries', () => {
    it('are kept once however often they are told, the later end of two', async () => {
      const receiver = unique('receiver');
      const failed = aDelivery({ receiver, outcome: 'failed', error: 'HTTP status 500', group: { namespace: 'payments' } });
      const late = { ...failed, outcome: 'delivered' as const, endedAt: '2026-01-01T10:00:02Z', attempts: 2 };
      await save(failed, late, failed);
      await save(failed);
      const found = await suite.store.deliveries.find({ ...LIST, receiver });
      expect(found.map(({ record }) => record)).toEqual([late]);
    });

    it('are found by whom they told of, what and why, the newest first', async () => {
      const receiver = unique('receiver');
      const long = 'j'.repeat(60_000);
      const first = aDelivery({ receiver, users: ['jane@example.com', long], rules: ['one', 'two'], alerts: ['a', 'b'] });
      const second = aDelivery({
        receiver,
        endedAt: '2026-01-01T10:00:05Z',
        users: ['bob'],
        clusters: ['other'],
        outcome: 'muted',
        error: 'silence 100%_sure\\',
        reason: 'repeat',
      });
      await save(first, second);
      expect(await find({ receiver })).toEqual([second.id, first.id]);
      expect(await find({ receiver, order: 'asc', limit: 1 })).toEqual([first.id]);
      for (const search of [
        { user: long },
        { user: 'jane@*' },
        { user: '*example.com' },
        { rule: 'two' },
        { alert: 'b' },
        { cluster: 'test' },
        { outcome: 'delivered' },
        { reason: 'alert' },
        { notification: first.notification },
        { untilNs: 1_767_261_602_000_000_000n },
      ] as const) {
        expect([search, await find({ receiver, ...search })]).toEqual([search, [first.id]]);
      }
      expect(await find({ receiver, text: '100%_SURE\\' })).toEqual([second.id]);
      expect(await find({ receiver, text: '100_' })).toEqual([]);
      expect(await find({ receiver, user: 'jane' })).toEqual([]);
      expect(await find({ receiver, rule: 'tw' })).toEqual([]);
    });

    it('go on behind a page', async () => {
      const receiver = unique('receiver');
      const all = [aDelivery({ receiver }), aDelivery({ receiver }), aDelivery({ receiver })];
      await save(...all);
      const [first] = await suite.store.deliveries.find({ ...LIST, receiver, limit: 1 });
      const rest = await suite.store.deliveries.find({ ...LIST, receiver, after: first?.position });
      expect([first, ...rest].map((one) => one?.record.id).sort()).toEqual(all.map(({ id }) => id).sort());
    });

    it('hold whatever text a receiver answered', async () => {
      const receiver = unique('receiver');
      await save(aDelivery({ receiver, error: 'a\u0000b\ud800', group: { '\u0000': '\u0000' } }));
      expect((await suite.store.deliveries.find({ ...LIST, receiver }))[0]?.record.error).toBe('a\ufffdb\ufffd');
    });
  });
}

/** What a store must keep to about responses. */
export function describeResponses(suite: StoreInSuite): void {
  const save = (...responses: readonly Response[]) => suite.store.responses.save(responses.map((one) => responseRow(one, intake)));
  const find = async (search: Partial<ResponseSearch>) =>
    (await suite.store.responses.find({ ...LIST, ...search })).map(({ record: { id, state } }) => `${id} ${state}`);

  describe('responses', () => {
    it('are listed as they stand, with every state that they were in behind', async () => {
      const user = unique('user');
      const proposed = aResponse({ target: { user } });
      const approvals = [{ by: 'bob', at: '2026-01-01T10:01:00Z' }];
      const approved: Response = { ...proposed, revision: 1, state: 'approved', approvals, changedAt: '2026-01-01T10:01:00Z' };
      const done: Response = { ...approved, revision: 2, state: 'done', changedAt: '2026-01-01T10:01:01Z', steps: [] };
      await save(done, proposed);
      await save(approved, done, proposed);
      expect(await find({ user })).toEqual([`${proposed.id} done`]);
      expect(await find({ user, state: 'proposed' })).toEqual([]);
      expect(await suite.store.responses.history(proposed.id, 10)).toEqual([proposed, approved, done]);
      expect(await suite.store.responses.history(proposed.id, 2)).toEqual([approved, done]);
      expect(await suite.store.responses.history('nobody\u0000', 10)).toEqual([]);
    });

    it('keep a state as it was told first', async () => {
      const response = aResponse();
      await save(response);
      await save({ ...response, author: 'somebody else' });
      expect(await suite.store.responses.history(response.id, 10)).toEqual([response]);
    });

    it('are found by whom they are about, and what is about all clusters in each', async () => {
      const author = unique('author');
      const one = aResponse({
        author,
        target: { cluster: 'one', user: 'jane@example.com', namespace: 'payments', pod: 'api-0', session: 's' },
      });
      const all = aResponse({
        author,
        action: 'end-session',
        dryRun: true,
        target: { user: 'bob' },
        reason: 'left',
        changedAt: '2026-01-01T11:00:00Z',
      });
      await save(one, all);
      expect(await find({ author })).toEqual([`${all.id} proposed`, `${one.id} proposed`]);
      expect(await find({ author, cluster: 'one' })).toHaveLength(2);
      expect(await find({ author, cluster: 'two' })).toEqual([`${all.id} proposed`]);
      for (const search of [
        { user: 'jane@*' },
        { user: 'jane@example.com' },
        { namespace: 'payments' },
        { pod: 'api-0' },
        { session: 's' },
        { action: 'quarantine' },
        { dryRun: false },
        { text: 'SHELL' },
        { untilNs: 1_767_261_602_000_000_000n },
      ] as const) {
        expect([search, await find({ author, ...search })]).toEqual([search, [`${one.id} proposed`]]);
      }
    });
  });
}
