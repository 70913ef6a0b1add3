import { describe, expect, it } from '@jest/globals';
import type { NotificationLog } from './notification-log.ts';

/** A log under test, in which nothing was ever recorded. */
export interface NotificationLogUnderTest {
  readonly log: NotificationLog;
  /** Lets time pass, milliseconds. */
  pass(millis: number): Promise<void>;
  close(): Promise<void>;
}

const named = { revision: 2, named: true };
const unnamed = { revision: 0, named: false };
const withdrawn = { revision: 3, named: true, withdrawn: true } as const;

/** The contract of the port NotificationLog. `ttl`: milliseconds. */
export function describeNotificationLog(name: string, open: (ttl: number) => Promise<NotificationLogUnderTest>): void {
  const within = async (play: (test: NotificationLogUnderTest) => Promise<void>) => {
    const test = await open(500);
    await play(test).finally(() => test.close());
  };
  describe(`the contract of a notification log: ${name}`, () => {
    it('finds nothing of what was never notified', () =>
      within(async ({ log }) => {
        expect(await log.find([])).toEqual(new Map());
        expect(await log.find(['a', 'a', 'b'])).toEqual(new Map());
        expect(await log.find(['a'])).toEqual(new Map());
      }));
    it('finds what was recorded last, whatever the ids are', () =>
      within(async ({ log }) => {
        const ids = ['a', 'node/1:2/Terminal shell in container', '{x}{y}', 'ü\n*'];
        await log.record(new Map(ids.map((id) => [id, unnamed])));
        await log.record(new Map([['a', named]]));
        expect(await log.find([...ids, 'b'])).toEqual(new Map(ids.map((id) => [id, id === 'a' ? named : unnamed])));
      }));
    it('records again without effect, and no earlier revision over a later one', () =>
      within(async ({ log }) => {
        for (const entry of [named, named, unnamed]) await log.record(new Map([['a', entry]]));
        expect(await log.find(['a'])).toEqual(new Map([['a', named]]));
      }));
    it('looks without taking anything for its own', () =>
      within(async ({ log }) => {
        expect(await log.look([])).toEqual(new Map());
        expect(await log.look(['a', 'a'])).toEqual(new Map());
        await log.find(['claimed']);
        expect(await log.look(['claimed'])).toEqual(new Map());
        await log.record(new Map([['a', unnamed]]));
        expect(await log.look(['a', 'b'])).toEqual(new Map([['a', unnamed]]));
        await log.record(new Map([['a', withdrawn]]));
        expect(await log.look(['a'])).toEqual(new Map([['a', withdrawn]]));
        expect(await log.find(['a'])).toEqual(new Map([['a', withdrawn]]));
      }));
    it('records nothing', () => within(({ log }) => log.record(new Map())));
    it('forgets after its time', () =>
      within(async ({ log, pass }) => {
        await log.record(new Map([['a', unnamed]]));
        await pass(250);
        expect((await log.find(['a'])).size).toBe(1);
        await pass(300);
        expect((await log.find(['a'])).size).toBe(0);
      }));
  });
}
