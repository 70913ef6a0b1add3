import { type Millis, nanosOfMillis, printInstant } from '@whoran/kernel';
import type { MatcherSpec } from '../matchers/matcher.ts';
import { type Silence, type SilencePhase, silencePhase } from './silence.ts';

/** Where the alert router has its silences. All but the preview are Alertmanager's. */
export const SILENCE_PATHS = {
  /** GET, a list of GettableSilence, with `filter` as often as wanted; POST a PostableSilence, {silenceID}. */
  silences: '/api/v2/silences',
  /** GET `/<id>`, one GettableSilence; DELETE `/<id>` ends it. */
  silence: '/api/v2/silence',
  /** POST {matchers, since}, a SilencePreview. */
  preview: '/api/v1/silences/preview',
} as const;

/** A matcher as Alertmanager's API has it. */
export interface MatcherBody {
  readonly name: string;
  readonly value: string;
  readonly isRegex: boolean;
  /** True unless said otherwise. */
  readonly isEqual?: boolean;
}

/** A silence as it is posted, with RFC 3339 times. With an id, a change of the one that has it. */
export interface PostableSilence {
  readonly id?: string;
  readonly matchers: readonly MatcherBody[];
  readonly startsAt: string;
  readonly endsAt: string;
  /** Not looked at if the token says who it is. */
  readonly createdBy?: string;
  readonly comment: string;
}

/** A silence as it is answered. */
export interface GettableSilence {
  readonly id: string;
  readonly status: { readonly state: SilencePhase };
  readonly updatedAt: string;
  readonly comment: string;
  readonly createdBy: string;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly matchers: readonly Required<MatcherBody>[];
}

/** An alert in a preview. */
export interface PreviewedAlert {
  readonly id: string;
  readonly raisedAt: string;
  readonly rule: string;
  readonly priority: string;
  readonly cluster: string;
  readonly namespace?: string;
  readonly pod?: string;
  readonly user?: string;
}

/** What a silence would have muted, had it been there. */
export interface SilencePreview {
  /** How many alerts of that time are remembered, and how many of them it would have muted. */
  readonly alerts: number;
  readonly muted: number;
  /** The latest of those muted, 100 at most. */
  readonly examples: readonly PreviewedAlert[];
}

/** The matcher of a body. */
export function specOf({ name, value, isRegex, isEqual = true }: MatcherBody): MatcherSpec {
  if (isEqual) return { name, value, operator: isRegex ? '=~' : '=' };
  return { name, value, operator: isRegex ? '!~' : '!=' };
}

/** The body of a matcher. */
export function matcherBody({ name, value, operator }: MatcherSpec): Required<MatcherBody> {
  return { name, value, isRegex: operator.endsWith('~'), isEqual: operator.startsWith('=') };
}

/** A silence as it is answered at a time. */
export function gettable(silence: Silence, now: Millis): GettableSilence {
  const { id, comment, createdBy, matchers } = silence;
  return {
    ...{ id, comment, createdBy },
    status: { state: silencePhase(silence, now) },
    updatedAt: textOf(silence.updatedAt),
    startsAt: textOf(silence.startsAt),
    endsAt: textOf(silence.endsAt),
    matchers: matchers.map(matcherBody),
  };
}

function textOf(millis: Millis): string {
  return printInstant(nanosOfMillis(millis));
}
