import { describe, expect, it } from '@jest/globals';
import { type ResponseRecord, propose, readResponseSettings, reject } from '@whoran/response';
import type { ResponseStore } from './response-store.ts';

/** A store under test, in which nothing is yet. */
export interface ResponseStoreUnderTest {
  readonly store: ResponseStore;
  close(): Promise<void>;
}

const NOW = Date.parse('2026-01-01T10:00:00Z');

/** A quarantine of a user that has just been asked for. */
export function aRecord(id: string, user = 'jane', different: { readonly dryRun?: boolean; readonly now?: number } = {}): ResponseRecord {
  const settings = readResponseSettings({ actions: { quarantine: {} } });
  if (!settings.ok) throw new Error('settings');
  const { dryRun = false, now = NOW } = different;
  const words = { reason: 'r', author: 'ana', isKnown: true, automatic: false };
  return propose({ id, action: 'quarantine', target: { user }, ...words, dryRun }, settings.value, { now });
}

/** The contract of the port ResponseStore. */
export function describeResponseStore(name: string, open: () => Promise<ResponseStoreUnderTest>): void {
  const within = async (play: (store: ResponseStore) => Promise<void>) => {
    const { store, close } = await open();
    await play(store).finally(close);
  };
  describe(`the contract of a store of responses: ${name}`, () => {
    it('finds and lists what was added, the newest first', () =>
      within(async (store) => {
        expect([await store.find('a'), await store.list()]).toEqual([undefined, []]);
        await store.add(aRecord('a'), NOW);
        await store.add(aRecord('b', 'joe ü "\n', { now: NOW + 1 }), NOW);
        expect((await store.find('b'))?.record).toEqual(aRecord('b', 'joe ü "\n', { now: NOW + 1 }));
        expect((await store.list()).map(({ record }) => record.response.id)).toEqual(['b', 'a']);
      }));

    it('adds an id once, and one response about the same at a time', () =>
      within(async (store) => {
        expect((await store.add(aRecord('a'), NOW)).kind).toBe('added');
        expect(await store.add(aRecord('a', 'joe'), NOW)).toMatchObject({ kind: 'known', kept: { record: aRecord('a') } });
        expect(await store.add(aRecord('b'), NOW)).toMatchObject({ kind: 'held', kept: { record: aRecord('a') } });
        expect((await store.add(aRecord('c', 'jane', { dryRun: true }), NOW)).kind).toBe('added');
        expect((await store.add(aRecord('d', 'joe'), NOW)).kind).toBe('added');
      }));

    it('lets the next one in when the first has ended', () =>
      within(async (store) => {
        await store.add(aRecord('a'), NOW);
        const proposed = { ...aRecord('a'), response: { ...aRecord('a').response, state: 'proposed' as const } };
        const rejected = reject(proposed, 'bob', NOW);
        if (!rejected.ok) throw new Error(rejected.error);
        await store.save(rejected.value, { version: 1, due: undefined });
        expect((await store.add(aRecord('b'), NOW)).kind).toBe('added');
        // What ended late must not free what somebody else holds by now.
        await store.save(rejected.value, { version: 2, due: undefined });
        expect((await store.add(aRecord('c'), NOW)).kind).toBe('held');
      }));

    it('saves for who has seen what is there, and for nobody else', () =>
      within(async (store) => {
        await store.add(aRecord('a'), NOW);
        const told = { ...aRecord('a'), told: 0 };
        expect(await store.save(told, { version: 1, due: NOW })).toMatchObject({ version: 2, record: { told: 0 } });
        expect(await store.save(aRecord('a'), { version: 1, due: NOW })).toBeUndefined();
        expect(await store.save(aRecord('x'), { version: 1, due: NOW })).toBeUndefined();
        expect((await store.find('a'))?.record.told).toBe(0);
      }));

    it('gives what is due to one, until its lease ends', () =>
      within(async (store) => {
        await store.add(aRecord('a'), NOW);
        await store.add(aRecord('b', 'joe'), NOW + 10);
        const take = async (now: number) =>
          (await store.take({ now, lease: now + 5, count: 10 })).map(({ record }) => record.response.id).sort();
        expect(await take(NOW - 1)).toEqual([]);
        expect(await take(NOW)).toEqual(['a']);
        expect(await take(NOW)).toEqual([]);
        expect(await take(NOW + 10)).toEqual(['a', 'b']);
        await store.save(aRecord('a'), { version: 1, due: undefined });
        expect(await take(NOW + 100)).toEqual(['b']);
      }));
  });
}
