import { Bus } from '@whoran/bus';
import { type Replay, topics } from '@whoran/contracts';
import {
  type ChangeReport,
  type DeadLetterRecord,
  type DiscardRequest,
  MAX_CHANGES,
  type ReplayRequest,
  type SkippedLetter,
} from '@whoran/forensics-api';
import { Clock, Logger } from '@whoran/kernel';
import { type DeadLetterFilter, DeadLetterStore, type Mark, type ReplayableLetter } from './dead-letter-store.ts';

/** Payloads that are held in memory at once, each of up to 900,000 characters. */
const TOGETHER = 16;

/** Letters that a request is about. */
interface Chosen {
  readonly matched: number;
  readonly wanted: readonly DeadLetterRecord[];
  readonly skipped: readonly SkippedLetter[];
}

/** What a request is, with the filter as the store takes it. */
export interface Change<T> {
  readonly request: T;
  readonly filter: DeadLetterFilter;
}

/** Sends dead letters again to the services that gave up on them, and discards those that nobody needs. */
export class DeadLetterChanges {
  constructor(
    private readonly letters: DeadLetterStore,
    private readonly bus: Bus,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /**
   * Publishes a replay of each letter, then says so in the store: after a crash in between a letter stays open and is replayed
   * twice, which does no more than once. Rejects with DependencyUnavailable; asking again then goes on where it ended.
   */
  async replay({ request, filter }: Change<ReplayRequest>): Promise<ChangeReport> {
    const chosen = request.ids ? await this.replayableOf(request.ids) : await this.replayableIn(filter, request.limit);
    if (!request.dryRun) {
      const ids = chosen.wanted.map(({ id }) => id);
      for (let at = 0; at < ids.length; at += TOGETHER) await this.send(ids.slice(at, at + TOGETHER), this.mark(request));
      this.logger.info('dead-letters.replayed', { count: ids.length, skipped: chosen.skipped.length });
    }
    return reportOf(request, chosen);
  }

  /** Marks letters as discarded: they are no longer open, and stay until retention deletes them. */
  async discard({ request, filter }: Change<DiscardRequest>): Promise<ChangeReport> {
    const chosen = request.ids ? await this.discardableOf(request.ids) : await this.firstOf(filter, request.limit);
    if (!request.dryRun) {
      const ids = chosen.wanted.map(({ id }) => id);
      if (ids.length > 0) await this.letters.discard(ids, { ...this.mark(request), why: request.why });
      this.logger.info('dead-letters.discarded', { count: ids.length, skipped: chosen.skipped.length });
    }
    return reportOf(request, chosen);
  }

  private async send(ids: readonly string[], mark: Mark): Promise<void> {
    const letters = await this.letters.replayable(ids);
    await this.bus.publish(
      topics.replays,
      letters.map((letter) => replayOf(letter, mark)),
    );
    await this.letters.markReplayed(letters, mark);
  }

  private async replayableOf(ids: readonly string[]): Promise<Chosen> {
    return this.named(ids, ({ replayable, truncated }) => {
      if (replayable) return undefined;
      return truncated ? 'truncated' : 'no-payload';
    });
  }

  private discardableOf(ids: readonly string[]): Promise<Chosen> {
    return this.named(ids, ({ state }) => (state === 'discarded' ? 'discarded' : undefined));
  }

  private async named(ids: readonly string[], obstacleOf: (letter: DeadLetterRecord) => SkippedLetter['why'] | undefined): Promise<Chosen> {
    const asked = [...new Set(ids)];
    const byId = new Map((await this.letters.records(asked)).map((letter) => [letter.id, letter]));
    const judged = asked.map((id) => {
      const letter = byId.get(id);
      return { id, letter, why: letter ? obstacleOf(letter) : ('unknown' as const) };
    });
    return {
      matched: asked.length,
      wanted: judged.flatMap(({ letter, why }) => (letter && why === undefined ? [letter] : [])),
      skipped: judged.flatMap(({ id, why }) => (why === undefined ? [] : [{ id, why }])),
    };
  }

  /** Letters that cannot be replayed are told apart, so that they do not stand in the way of those that can. */
  private async replayableIn(filter: DeadLetterFilter, limit?: number): Promise<Chosen> {
    const chosen = await this.firstOf({ ...filter, replayable: true }, limit);
    const others = await this.firstOf({ ...filter, replayable: false }, limit);
    const skipped = others.wanted.map(({ id, truncated }) => ({ id, why: truncated ? ('truncated' as const) : ('no-payload' as const) }));
    return { matched: chosen.matched + others.matched, wanted: chosen.wanted, skipped };
  }

  /** The oldest first: what depends on each other comes again in the order in which it came. */
  private async firstOf(filter: DeadLetterFilter, limit = MAX_CHANGES): Promise<Chosen> {
    const found = await this.letters.find({ ...filter, limit, order: 'asc' });
    return { matched: await this.letters.count(filter), wanted: found.map(({ record }) => record), skipped: [] };
  }

  private mark({ by = 'unknown' }: { readonly by?: string }): Mark {
    return { by, now: this.clock.now() };
  }
}

function replayOf({ id, stage, origin, reason, payload, replays }: ReplayableLetter, { by, now }: Mark): Replay {
  return { letter: id, stage, origin, reason, payload, attempt: replays + 1, requestedBy: by, time: new Date(now).toISOString() };
}

function reportOf({ dryRun = false }: { readonly dryRun?: boolean }, { matched, wanted, skipped }: Chosen): ChangeReport {
  return { dryRun, matched, changed: wanted, skipped };
}
