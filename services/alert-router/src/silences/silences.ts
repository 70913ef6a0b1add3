import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock, Logger, type Millis, type Result, err } from '@whoran/kernel';
import { type Silence, printMatchers, silencePhase } from '@whoran/routing';
import { type AskedSilence, decideSilence, endSilence } from './decide-silence.ts';
import { MAX_SILENCES, SilenceStore } from './silence-store.ts';

/** Why a silence was not made: what to answer with, and what to tell. */
export interface SilenceRefusal {
  readonly status: 400 | 404 | 409;
  readonly message: string;
}

const UNKNOWN: SilenceRefusal = { status: 404, message: 'no silence has this id' };

/** What people do with silences. Every change is logged with its author. Methods reject as those of SilenceStore do. */
@Injectable()
export class Silences {
  constructor(
    private readonly store: SilenceStore,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** Every silence: active ones first, those that end next before others; then pending ones; then those that ended, the last first. */
  async list(): Promise<readonly Silence[]> {
    return inOrder(await this.store.all(), this.clock.now());
  }

  async find(id: string): Promise<Silence | undefined> {
    return (await this.store.all()).find((silence) => silence.id === id);
  }

  /** Makes or changes a silence; resolves with its id, or with why not. */
  async set(asked: AskedSilence): Promise<Result<string, SilenceRefusal>> {
    const known = asked.id === undefined ? undefined : await this.find(asked.id);
    if (asked.id !== undefined && !known) return err(UNKNOWN);
    const change = decideSilence(asked, known, { now: this.clock.now(), id: randomUUID() });
    if (!change.ok) return err({ status: 400, message: change.error });
    const { id, put } = change.value;
    if (!(await this.store.put(put))) {
      return err({
        status: 409,
        message: `there are ${MAX_SILENCES} silences, ended ones of the last days included: use fewer, wider ones`,
      });
    }
    this.logger.info('silences.set', { id, replaced: put.length > 1, by: asked.createdBy, ends: new Date(asked.endsAt).toISOString() });
    this.logger.debug('silences.matchers', { id, matchers: printMatchers(asked.matchers) });
    return { ok: true, value: id };
  }

  /** Ends a silence now. Resolves with whether there is one of this id; one that has ended stays as it is. */
  async expire(id: string, by: string | undefined): Promise<boolean> {
    const known = await this.find(id);
    if (!known) return false;
    const now = this.clock.now();
    if (silencePhase(known, now) !== 'expired') await this.store.put([endSilence(known, now)]);
    this.logger.info('silences.expired', { id, by: by ?? 'somebody without a name' });
    return true;
  }
}

const PHASES = ['active', 'pending', 'expired'] as const;

function inOrder(silences: readonly Silence[], now: Millis): readonly Silence[] {
  const rank = (silence: Silence) => {
    const phase = silencePhase(silence, now);
    const within = phase === 'active' ? silence.endsAt : phase === 'pending' ? silence.startsAt : -silence.endsAt;
    return [PHASES.indexOf(phase), within] as const;
  };
  const ranked = silences.map((silence) => ({ silence, rank: rank(silence) }));
  ranked.sort((a, b) => a.rank[0] - b.rank[0] || a.rank[1] - b.rank[1] || (a.silence.id < b.silence.id ? -1 : 1));
  return ranked.map(({ silence }) => silence);
}
