import { describe, expect, it } from '@jest/globals';
import { type DeadLetter, MAX_DEAD_LETTER_PAYLOAD, topics } from '@whoran/contracts';
import { deadLetterRow } from '../dead-letters/dead-letter-row.ts';
import type { DeadLetterFilter } from '../dead-letters/dead-letter-store.ts';
import { LIST, NOW, type StoreInSuite, intake, unique } from './store-in-suite.ts';

/** A letter, with an id of its own and what a spec wants different. */
export function aLetter(different: Partial<DeadLetter> = {}): DeadLetter {
  return {
    id: unique('letter'),
    stage: 'lineage-resolver',
    origin: { topic: topics.falcoEvents.name, key: 'test/node-a', partition: 3, offset: '9007199254740993', cluster: 'test' },
    reason: 'WHORAN_UNEXPECTED',
    error: 'TypeError: x',
    attempts: 3,
    time: '2026-01-01T10:00:00Z',
    payload: '{"a": "b\\u0000"}',
    truncated: false,
    ...different,
  };
}

const mark = { by: 'ana', now: NOW };

/** What a store must keep to about dead letters. */
export function describeDeadLetters(suite: StoreInSuite): void {
  const save = (...letters: readonly DeadLetter[]) => suite.store.letters.save(letters.map((letter) => deadLetterRow(letter, intake)));
  const record = async (id: string) => (await suite.store.letters.records([id]))[0];
  const replay = async (id: string) => suite.store.letters.markReplayed(await suite.store.letters.replayable([id]), mark);
  const ids = async (filter: DeadLetterFilter) => (await suite.store.letters.find({ ...LIST, ...filter })).map(({ record: { id } }) => id);

  describe('dead letters', () => {
    it('are open, whole, and counted once however often they are delivered', async () => {
      const letter = aLetter();
      await save(letter, letter);
      await save(letter);
      expect(await suite.store.letters.detail(letter.id)).toEqual({
        id: letter.id,
        time: '2026-01-01T10:00:00.000000000Z',
        stage: 'lineage-resolver',
        reason: 'WHORAN_UNEXPECTED',
        error: 'TypeError: x',
        attempts: 3,
        state: 'open',
        truncated: false,
        replayable: true,
        replays: 0,
        ...letter.origin,
        payload: letter.payload,
      });
      expect(await suite.store.letters.replayable([letter.id, 'none'])).toEqual([
        {
          id: letter.id,
          timeNs: expect.any(BigInt),
          stage: letter.stage,
          origin: letter.origin,
          reason: letter.reason,
          payload: letter.payload,
          replays: 0,
        },
      ]);
      expect(await suite.store.letters.detail('none')).toBeUndefined();
    });

    it('are replayed, and open again when they fail again, also when clocks differ', async () => {
      const letter = aLetter();
      await save(letter);
      await replay(letter.id);
      expect(await record(letter.id)).toMatchObject({
        state: 'replayed',
        replays: 1,
        replayedBy: 'ana',
        replayedAt: '2026-01-01T12:00:00.000000000Z',
      });
      // An old delivery once more, as after a rebalance, is no news.
      await save(letter);
      expect((await record(letter.id))?.state).toBe('replayed');
      const again = { ...letter, error: 'still', attempts: 1, replay: 1, time: '2026-01-01T09:00:00Z' };
      await save(again);
      await save(again, letter);
      expect(await record(letter.id)).toMatchObject({ state: 'open', replays: 1, attempts: 4, error: 'still' });
      await replay(letter.id);
      expect(await record(letter.id)).toMatchObject({ state: 'replayed', replays: 2 });
    });

    it('that come again before their replay is noted stay open', async () => {
      const [failed, fresh] = [aLetter(), aLetter()];
      await save(failed, fresh);
      const read = await suite.store.letters.replayable([failed.id, fresh.id]);
      await save({ ...failed, replay: 1, time: '2026-01-01T10:00:01Z' }, { ...fresh, time: '2026-01-01T10:00:01Z' });
      await suite.store.letters.markReplayed(read, mark);
      expect(await record(failed.id)).toMatchObject({ state: 'open', replays: 1 });
      expect(await record(fresh.id)).toMatchObject({ state: 'open', replays: 1 });
    });

    it('are discarded, and open again when they come again', async () => {
      const letter = aLetter();
      await save(letter);
      await suite.store.letters.discard([letter.id], { ...mark, why: 'a test' });
      expect(await record(letter.id)).toMatchObject({
        state: 'discarded',
        discardedBy: 'ana',
        discardedWhy: 'a test',
        discardedAt: expect.any(String),
      });
      await save({ ...letter, time: '2026-01-01T10:00:01Z' });
      expect(await record(letter.id)).toMatchObject({ state: 'open', attempts: 6 });
    });

    it('that come twice in one batch count twice, with attempts that stay numbers', async () => {
      const letter = aLetter({ attempts: 1e300 });
      await save(letter, { ...letter, attempts: 1, time: '2026-01-01T10:00:01Z' });
      expect(await record(letter.id)).toMatchObject({ attempts: Number.MAX_SAFE_INTEGER, time: '2026-01-01T10:00:01.000000000Z' });
    });

    it('are kept although their payloads are longer than one statement should be', async () => {
      const stage = unique('stage');
      await save(...Array.from({ length: 6 }, () => aLetter({ stage, payload: 'x'.repeat(MAX_DEAD_LETTER_PAYLOAD) })));
      expect(await suite.store.letters.count({ stage })).toBe(6);
    });

    it('cannot be replayed when they are cut', async () => {
      const stage = unique('stage');
      const [cut, whole] = [aLetter({ stage, truncated: true }), aLetter({ stage })];
      await save(cut, whole);
      expect(await suite.store.letters.replayable([cut.id])).toEqual([]);
      expect([await ids({ stage, replayable: true }), await ids({ stage, replayable: false })]).toEqual([[whole.id], [cut.id]]);
    });

    it('are found by everything that narrows them', async () => {
      const stage = unique('stage');
      const wanted = aLetter({
        stage,
        reason: 'bad',
        error: '100% Wrong_',
        origin: { topic: 't', cluster: 'c' },
        time: '2026-01-02T00:00:00Z',
      });
      const other = aLetter({ stage, error: '100 wrongs' });
      await save(wanted, other);
      await suite.store.letters.discard([other.id], { ...mark, why: 'a test' });
      const day = BigInt(Date.parse('2026-01-02T00:00:00Z')) * 1_000_000n;
      for (const filter of [
        { reason: 'bad' },
        { topic: 't' },
        { cluster: 'c' },
        { text: '% wrong_' },
        { state: 'open' },
        { sinceNs: day },
      ] as const) {
        expect([filter, await ids({ stage, ...filter }), await suite.store.letters.count({ stage, ...filter })]).toEqual([
          filter,
          [wanted.id],
          1,
        ]);
      }
      expect(await ids({ stage, untilNs: day })).toEqual([other.id]);
      expect(await ids({ stage: "' or true --" })).toEqual([]);
      expect((await suite.store.letters.openByStage()).filter((count) => count.stage === stage)).toEqual([{ stage, count: 1 }]);
    });

    it('are bounded in number: those that are done with go first, then the oldest', async () => {
      const stage = unique('stage');
      const many = Array.from({ length: 10_000 }, (_, at) =>
        aLetter({ stage, time: `2030-01-01T00:00:00.${String(at).padStart(9, '0')}Z` }),
      );
      const [old, done] = [aLetter({ stage }), aLetter({ stage, time: '2031-01-01T00:00:00Z' })];
      await save(...many, old, done);
      await suite.store.letters.discard([done.id], { ...mark, why: 'a test' });
      await suite.store.deleteBefore(0, 100_000);
      expect(await suite.store.letters.count({ stage })).toBe(10_000);
      expect(await suite.store.letters.records([old.id, done.id])).toEqual([]);
    });
  });
}
