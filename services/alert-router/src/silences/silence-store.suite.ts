import { describe, expect, it } from '@jest/globals';
import type { Alert } from '@whoran/contracts';
import { type Silence, silencedBy } from '@whoran/routing';
import { anAlert } from '@whoran/testing';
import { KEPT_AFTER_END, MAX_SILENCES, type SilenceStore } from './silence-store.ts';

/** When everything happens in the suite, milliseconds. */
export const NOW = Date.parse('2026-01-01T10:00:00Z');

/** A silence on an hour of everything in payments, with what a spec wants different. */
export function aSilence(different: Partial<Silence> = {}): Silence {
  return {
    id: 'silence-1',
    matchers: [{ name: 'namespace', operator: '=', value: 'payments' }],
    startsAt: NOW,
    endsAt: NOW + 3_600_000,
    updatedAt: NOW,
    createdBy: 'ana',
    comment: 'a migration',
    ...different,
  };
}

/** A store under test, in which nothing was ever put. Its clock stands at NOW. */
export interface SilenceStoreUnderTest {
  readonly store: SilenceStore;
  /** What another router has, if they share. */
  readonly other: SilenceStore;
  readonly close: () => Promise<void>;
}

/** The contract of the port SilenceStore. */
export function describeSilenceStore(name: string, open: () => Promise<SilenceStoreUnderTest>): void {
  const within = async (play: (test: SilenceStoreUnderTest) => Promise<void>) => {
    const test = await open();
    await play(test).finally(() => test.close());
  };
  const mutedBy = async (store: SilenceStore, alert: Alert) => silencedBy(await store.index(), alert, NOW).map(({ id }) => id);
  const ids = async (store: SilenceStore) => (await store.all()).map(({ id }) => id).sort();

  describe(`the contract of a silence store: ${name}`, () => {
    it('begins empty', () =>
      within(async ({ store }) => {
        expect(await store.all()).toEqual([]);
        expect(await mutedBy(store, anAlert())).toEqual([]);
      }));

    it('gives back what was put, whatever is in it, and to all routers at once', () =>
      within(async ({ store, other }) => {
        expect(await mutedBy(other, anAlert())).toEqual([]);
        const silence = aSilence({
          matchers: [
            { name: 'namespace', operator: '=~', value: 'pay.*' },
            { name: 'proc.cmdline', operator: '!=', value: '"\\\n\u0000ü' },
          ],
          comment: '}{:revision\r\n',
        });
        expect(await store.put([silence])).toBe(true);
        expect(await store.put([silence])).toBe(true);
        expect(await other.all()).toEqual([silence]);
        expect(await mutedBy(other, anAlert())).toEqual(['silence-1']);
      }));

    it('puts several in one go, in the place of those with the same ids', () =>
      within(async ({ store, other }) => {
        await store.put([aSilence()]);
        expect(await mutedBy(other, anAlert())).toEqual(['silence-1']);
        await store.put([aSilence({ endsAt: NOW }), aSilence({ id: 'silence-2' })]);
        expect(await mutedBy(other, anAlert())).toEqual(['silence-2']);
        expect(await ids(store)).toEqual(['silence-1', 'silence-2']);
      }));

    it('lets go of what ended long ago', () =>
      within(async ({ store, other }) => {
        await store.put([aSilence({ endsAt: NOW - KEPT_AFTER_END }), aSilence({ id: 'ended', endsAt: NOW - KEPT_AFTER_END + 1 })]);
        expect(await ids(other)).toEqual(['ended']);
        await other.put([aSilence({ id: 'new' })]);
        expect(await ids(store)).toEqual(['ended', 'new']);
      }));

    it('takes so many and no more, all or none', () =>
      within(async ({ store, other }) => {
        const many = Array.from({ length: MAX_SILENCES - 1 }, (_, index) => aSilence({ id: `s-${index}`, endsAt: NOW + 1 }));
        expect(await store.put(many)).toBe(true);
        expect(await other.put([aSilence({ id: 'a' }), aSilence({ id: 'b' })])).toBe(false);
        expect(await store.all()).toHaveLength(MAX_SILENCES - 1);
        expect(await other.put([aSilence({ id: 'a' }), aSilence({ id: 's-0' })])).toBe(true);
        expect(await store.put([aSilence({ id: 'b' })])).toBe(false);
        expect(await store.put([aSilence({ id: 'a', comment: 'changed' })])).toBe(true);
      }));
  });
}
