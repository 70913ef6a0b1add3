import type { Alert } from '@whoran/contracts';
import { type Millis, type Result, err, ok } from '@whoran/kernel';
import { type MatcherIndex, indexMatchers } from '../matchers/matcher-index.ts';
import { type Matcher, type MatcherSpec, compileMatcher, matchesAll } from '../matchers/matcher.ts';

/** Somebody's word that alerts like these are not to be told for a while: plain data. */
export interface Silence {
  readonly id: string;
  readonly matchers: readonly MatcherSpec[];
  readonly startsAt: Millis;
  /** From here on it mutes nothing. */
  readonly endsAt: Millis;
  readonly updatedAt: Millis;
  readonly createdBy: string;
  readonly comment: string;
}

/** Where a silence is in its life. */
export type SilencePhase = 'pending' | 'active' | 'expired';

/** Silences that are quick to ask, however many there are. */
export type SilenceIndex = MatcherIndex<{ readonly silence: Silence; readonly matchers: readonly Matcher[] }>;

/** Where a silence is in its life at a time. */
export function silencePhase({ startsAt, endsAt }: Pick<Silence, 'startsAt' | 'endsAt'>, now: Millis): SilencePhase {
  if (now >= endsAt) return 'expired';
  return now < startsAt ? 'pending' : 'active';
}

/** The matchers of a silence, ready to be asked. Refuses those that would mute everything, and an empty list. */
export function compileSilence(specs: readonly MatcherSpec[]): Result<readonly Matcher[], string> {
  const matchers: Matcher[] = [];
  for (const spec of specs) {
    const matcher = compileMatcher(spec);
    if (!matcher.ok) return matcher;
    matchers.push(matcher.value);
  }
  if (matchers.every((matcher) => matcher.matchesEmpty)) {
    return err('a silence needs a matcher that does not match the empty value; this one would mute every alert');
  }
  return ok(matchers);
}

/** Makes silences ready to be asked. One whose matchers cannot be read mutes nothing. */
export function indexSilences(silences: readonly Silence[]): SilenceIndex {
  const compiled = silences.flatMap((silence) => {
    const matchers = compileSilence(silence.matchers);
    return matchers.ok ? [{ silence, matchers: matchers.value }] : [];
  });
  return indexMatchers(compiled, ({ matchers }) => matchers);
}

/** The silences that mute an alert at a time. */
export function silencedBy(silences: SilenceIndex, alert: Alert, now: Millis): readonly Silence[] {
  return silences
    .candidates(alert)
    .filter(({ silence, matchers }) => silencePhase(silence, now) === 'active' && matchesAll(matchers, alert))
    .map(({ silence }) => silence);
}
