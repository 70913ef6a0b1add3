import { describe, expect, it } from '@jest/globals';
import { aNotification, anAlert } from '@whoran/testing';
import type { GroupState } from '@whoran/routing';
import type { Change, DispatchState, DispatchStore } from './dispatch-store.ts';

/** A store under test, in which nothing was ever saved. */
export interface DispatchStoreUnderTest {
  readonly store: DispatchStore;
  /** Another router's view of the same memory, or the same. */
  readonly other: DispatchStore;
  now(): number;
  /** Lets time pass, milliseconds. */
  pass(millis: number): Promise<void>;
  close(): Promise<void>;
}

/** How many groups the store under test has room for. */
export const GROUPS = 5;

const alert = anAlert({ output_fields: { 'proc.pid.ts': 1767261600050000000n } });
const group = (different: Partial<GroupState> = {}): DispatchState => ({
  kind: 'group',
  group: {
    key: '{}:[]',
    route: '{}',
    receiver: 'r',
    labels: { user: 'ü"{}\n' },
    since: 1,
    dueAt: 2,
    notifications: 0,
    alerts: [{ fingerprint: 'f', alert, size: 1, since: 1, lastSeen: 1, count: 1, told: false }],
    more: 0,
    ...different,
  },
});
const rate: DispatchState = { kind: 'rate', rate: { bucket: { tokens: 0.5, at: 1 } } };
const notification = aNotification({ id: 'n' }, alert);

/** The contract of the port DispatchStore. */
export function describeDispatchStore(name: string, open: () => Promise<DispatchStoreUnderTest>): void {
  const within = async (play: (test: DispatchStoreUnderTest) => Promise<void>) => {
    const test = await open();
    await play(test).finally(() => test.close());
  };
  const versionOf = async ({ store }: DispatchStoreUnderTest, key = 'a') => (await store.load([key])).get(key)?.version ?? '';
  const save = async (test: DispatchStoreUnderTest, change: Partial<Change> = {}) => {
    const version = await versionOf(test, change.key);
    return (await test.store.save([{ key: 'a', version, state: group(), dueAt: test.now(), ...change }], test.now()))[0];
  };
  const claim = (test: DispatchStoreUnderTest, { store = test.store, lease = 10_000, limit = 100 } = {}) =>
    store.claim({ now: test.now(), lease, limit });

  describe(`the contract of a dispatch store: ${name}`, () => {
    it('finds what was saved last, and nothing else', () =>
      within(async (test) => {
        expect(await test.store.load([])).toEqual(new Map());
        expect(await test.store.load(['a'])).toEqual(new Map());
        expect(await test.store.save([], test.now())).toEqual([]);
        expect(await save(test)).toBe('saved');
        expect(await save(test, { state: group({ more: 7 }) })).toBe('saved');
        expect(await save(test, { key: 'rate:ü', state: rate })).toBe('saved');
        const found = await test.other.load(['a', 'a', 'b', 'rate:ü']);
        expect([...found].map(([key, { state, outbox }]) => [key, state, outbox])).toEqual([
          ['a', group({ more: 7 }), undefined],
          ['rate:ü', rate, undefined],
        ]);
      }));

    it('refuses a change that builds on what is gone: changed, ended, or begun anew', () =>
      within(async (test) => {
        await save(test);
        const first = await versionOf(test);
        expect(await save(test, { version: '' })).toBe('changed');
        expect(await save(test)).toBe('saved');
        expect(await save(test, { version: first })).toBe('changed');
        const [outcome] = await test.store.save([{ key: 'a', version: await versionOf(test) }], test.now());
        expect([outcome, await versionOf(test)]).toEqual(['saved', '']);
        expect(await save(test, { version: first })).toBe('changed');
        await save(test);
        expect(await save(test, { version: first })).toBe('changed');
      }));

    it('lets one of two who change the same at once win', () =>
      within(async (test) => {
        const change = { key: 'a', version: '', state: group(), dueAt: test.now() };
        const outcomes = await Promise.all([test.store, test.other].map((store) => store.save([change], test.now())));
        expect(outcomes.flat().sort()).toEqual(['changed', 'saved']);
      }));

    it('has room for a bounded number of groups; what it has can still change', () =>
      within(async (test) => {
        for (let index = 0; index < GROUPS; index += 1) expect(await save(test, { key: `g${index}` })).toBe('saved');
        expect(await save(test, { key: 'more' })).toBe('full');
        expect([await save(test, { key: 'g0' }), await save(test, { key: 'rate:r', state: rate })]).toEqual(['saved', 'saved']);
      }));

    it('gives what is due to one who asks, the earliest first, and to another after the lease', () =>
      within(async (test) => {
        const now = test.now();
        await save(test, { key: 'later', dueAt: now + 60_000 });
        await save(test, { key: 'second', dueAt: now - 1 });
        await save(test, { key: 'first', dueAt: now - 2 });
        await save(test, { key: 'rate:never', state: rate, dueAt: undefined as never });
        expect(await claim(test, { limit: 1, lease: 300 })).toEqual(['first']);
        expect(await claim(test, { store: test.other, lease: 300 })).toEqual(['second']);
        expect(await claim(test)).toEqual([]);
        await test.pass(400);
        expect(new Set(await claim(test, { store: test.other }))).toEqual(new Set(['first', 'second']));
      }));

    it('keeps what is to be told until it is, and looks at it again when its teller is silent', () =>
      within(async (test) => {
        const outbox = () => ({ notification, until: test.now() + 300 });
        await save(test, { dueAt: test.now() + 60_000, outbox: outbox() });
        expect(await claim(test)).toEqual([]);
        await save(test, { state: group({ more: 1 }), dueAt: test.now() + 60_000 });
        expect((await test.other.load(['a'])).get('a')).toMatchObject({ outbox: notification, state: group({ more: 1 }) });
        await test.pass(400);
        expect(await claim(test, { store: test.other })).toEqual(['a']);
        await test.other.told('a', 'another');
        expect((await test.store.load(['a'])).get('a')?.outbox).toEqual(notification);
        await test.other.told('a', 'n');
        expect((await test.store.load(['a'])).get('a')).toEqual({ version: expect.any(String), state: group({ more: 1 }) });
        expect(await claim(test)).toEqual([]);
      }));

    it('is due as its state says once all is told', () =>
      within(async (test) => {
        await save(test, { dueAt: test.now() - 1, outbox: { notification, until: test.now() + 60_000 } });
        expect(await claim(test)).toEqual([]);
        await test.store.told('a', 'n');
        expect(await claim(test)).toEqual(['a']);
      }));

    it('forgets what has ended when that is told, unless it began anew meanwhile', () =>
      within(async (test) => {
        const ended = { key: 'a', outbox: { notification, until: test.now() } };
        await save(test);
        await test.store.save([{ ...ended, version: await versionOf(test) }], test.now());
        expect((await test.store.load(['a'])).get('a')).toEqual({ version: expect.any(String), outbox: notification });
        expect(await claim(test)).toEqual(['a']);
        await test.store.told('a', 'n');
        expect((await test.store.load(['a'])).size).toBe(0);
        await test.pass(400);
        expect(await claim(test)).toEqual([]);

        await save(test);
        await test.store.save([{ ...ended, version: await versionOf(test) }], test.now());
        await save(test, { dueAt: test.now() + 60_000 });
        await test.store.told('a', 'n');
        expect((await test.store.load(['a'])).get('a')?.state).toEqual(group());
        await test.store.told('never', 'n');
      }));

    it('knows what inhibits, for its time', () =>
      within(async (test) => {
        await test.store.inhibit([], test.now(), test.now());
        await test.store.inhibit(['x', '["{}","ü\\n"]'], test.now() + 300, test.now());
        expect(await test.other.inhibiting(['x', 'y', '["{}","ü\\n"]'], test.now())).toEqual(new Set(['x', '["{}","ü\\n"]']));
        expect(await test.store.inhibiting([], test.now())).toEqual(new Set());
        await test.pass(400);
        expect(await test.store.inhibiting(['x'], test.now())).toEqual(new Set());
      }));
  });
}
