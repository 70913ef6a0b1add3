import type { Millis, Result } from '@whoran/kernel';
import { err, ok } from '@whoran/kernel';
import { type MatcherSpec, type Silence, compileSilence, silencePhase } from '@whoran/routing';

/** A silence that somebody asks for. With an `id`, a change of the one that has it. */
export interface AskedSilence {
  readonly id?: string;
  readonly matchers: readonly MatcherSpec[];
  readonly startsAt: Millis;
  readonly endsAt: Millis;
  readonly createdBy: string;
  readonly comment: string;
}

/** What is to be put into the store, and the id under which what was asked for is then found. */
export interface SilenceChange {
  readonly id: string;
  readonly put: readonly Silence[];
}

/**
 * Decides what a request for a silence does, as Alertmanager does: a silence whose matchers stay and whose past is not changed is
 * changed in its place; another change ends it and makes a new one. `id` is what a new one is called. The error says what is
 * wrong with the request.
 */
export function decideSilence(asked: AskedSilence, known: Silence | undefined, { now, id }: Making): Result<SilenceChange, string> {
  const problem = problemOf(asked, now);
  if (problem !== undefined) return err(problem);
  const { matchers, endsAt, createdBy, comment } = asked;
  const rest = { matchers, endsAt, updatedAt: now, createdBy, comment };
  if (known && canStay(asked, known, now))
    return ok({ id: known.id, put: [{ ...rest, id: known.id, startsAt: startOf(asked, known, now) }] });
  const made = { ...rest, id, startsAt: Math.max(asked.startsAt, now) };
  return ok({ id, put: known && silencePhase(known, now) !== 'expired' ? [endSilence(known, now), made] : [made] });
}

interface Making {
  readonly now: Millis;
  readonly id: string;
}

/** A silence that ends now. One that has not begun never does; one that has ended stays as it is. */
export function endSilence(silence: Silence, now: Millis): Silence {
  if (silencePhase(silence, now) === 'expired') return silence;
  return { ...silence, startsAt: Math.min(silence.startsAt, now), endsAt: now, updatedAt: now };
}

function problemOf({ matchers, startsAt, endsAt, createdBy, comment }: AskedSilence, now: Millis): string | undefined {
  const compiled = compileSilence(matchers);
  if (!compiled.ok) return compiled.error;
  if (endsAt < startsAt) return 'the silence ends before it begins';
  if (endsAt <= now) return 'the silence would end in the past';
  if (createdBy.trim() === '') return 'createdBy is empty: say whose silence it is';
  return comment.trim() === '' ? 'comment is empty: say why, for whoever asks later' : undefined;
}

/** Clients send times in seconds or milliseconds; the second that a silence began in is the same to them. */
function canStay(asked: AskedSilence, known: Silence, now: Millis): boolean {
  if (!isDeepSame(asked.matchers, known.matchers)) return false;
  switch (silencePhase(known, now)) {
    case 'active':
      return isSameSecond(asked.startsAt, known.startsAt);
    case 'pending':
      return asked.startsAt >= now;
    case 'expired':
      return false;
  }
}

function startOf(asked: AskedSilence, known: Silence, now: Millis): Millis {
  return silencePhase(known, now) === 'active' ? known.startsAt : asked.startsAt;
}

function isSameSecond(one: Millis, other: Millis): boolean {
  return Math.floor(one / 1000) === Math.floor(other / 1000);
}

function isDeepSame(one: readonly MatcherSpec[], other: readonly MatcherSpec[]): boolean {
  const texts = (specs: readonly MatcherSpec[]) => specs.map(({ name, operator, value }) => JSON.stringify([name, operator, value])).sort();
  return texts(one).join('\n') === texts(other).join('\n');
}
