import type { Attribution } from '@whoran/contracts';
import type { RecordedFalcoEvent, Truth } from './recording.ts';

/** How one answer compares with the truth. `nobody`: there is no session, and none was claimed. */
export type Outcome = 'right' | 'missed' | 'wrong' | 'falsely-attributed' | 'ambiguous' | 'ambiguous-missed' | 'nobody';

/** One Falco event that arrived, with its answer: the last revision, or nothing if none came out. */
export interface Answer {
  readonly event: RecordedFalcoEvent;
  readonly truth: Truth;
  readonly attribution: Attribution | undefined;
}

/** An answer with its verdict. */
export interface ScoredAnswer extends Answer {
  readonly outcome: Outcome;
}

/** What the answers of one run amount to. */
export interface Score {
  /** Events that arrived and are not the runtime's own. */
  readonly scored: number;
  readonly right: number;
  readonly missed: number;
  readonly wrong: number;
  readonly falselyAttributed: number;
  readonly ambiguous: { readonly right: number; readonly total: number };
  /** The right ones among the events that have a session; 1 when there are none. */
  readonly recall: number;
  /** Everything that is not as it should be, in the order of the recording. */
  readonly errors: readonly ScoredAnswer[];
  /** Right sessions under another username than the truth's. They do not count. */
  readonly otherUsers: readonly Answer[];
  /** Events for which no answer came out at all. */
  readonly unanswered: number;
}

/** Compares every answer with its truth. */
export function scoreAll(answers: readonly Answer[]): Score {
  const sessionOf = aliasesIn(answers);
  const judged = answers
    .filter(({ truth }) => !truth.runtime)
    .map((answer): ScoredAnswer => ({ ...answer, outcome: judge(answer, sessionOf) }));
  const count = (outcome: Outcome) => judged.filter((answer) => answer.outcome === outcome).length;
  const withSession = judged.filter(({ truth }) => truth.session !== null && truth.candidates.length === 0).length;
  const right = count('right');
  return {
    scored: judged.length,
    right,
    missed: count('missed'),
    wrong: count('wrong'),
    falselyAttributed: count('falsely-attributed'),
    ambiguous: { right: count('ambiguous'), total: judged.filter(({ truth }) => truth.candidates.length > 0).length },
    recall: withSession === 0 ? 1 : right / withSession,
    errors: judged.filter(({ outcome }) => outcome !== 'right' && outcome !== 'ambiguous' && outcome !== 'nobody'),
    otherUsers: judged.filter((answer) => answer.outcome === 'right' && hasOtherUser(answer)),
    unanswered: judged.filter(({ attribution }) => attribution === undefined).length,
  };
}

/**
 * Decides how an answer compares with the truth. Claiming one of several candidates is as wrong as claiming another session.
 * `sessionOf` leads from an alias to its session.
 */
export function judge(
  { truth, attribution }: Pick<Answer, 'truth' | 'attribution'>,
  sessionOf: ReadonlyMap<string, string> = new Map(),
): Outcome {
  const claimed = attribution?.session?.id;
  if (truth.candidates.length > 0) {
    if (claimed !== undefined) return 'wrong';
    return namesAll(attribution, truth, sessionOf) ? 'ambiguous' : 'ambiguous-missed';
  }
  if (truth.session === null) return claimed === undefined ? 'nobody' : 'falsely-attributed';
  if (claimed === undefined) return 'missed';
  return claimed === truth.session || truth.aliases.includes(claimed) ? 'right' : 'wrong';
}

function namesAll(attribution: Attribution | undefined, truth: Truth, sessionOf: ReadonlyMap<string, string>): boolean {
  if (attribution?.evidence !== 'ambiguous') return false;
  const named = new Set(attribution.candidates?.flatMap(({ id }) => [id, sessionOf.get(id) ?? id]));
  return truth.candidates.every((id) => named.has(id) || named.has(sessionOf.get(id) ?? id));
}

function aliasesIn(answers: readonly Answer[]): ReadonlyMap<string, string> {
  return new Map(answers.flatMap(({ truth }) => truth.aliases.map((alias) => [alias, truth.session ?? alias] as const)));
}

function hasOtherUser({ truth, attribution }: Answer): boolean {
  return truth.user !== null && attribution?.session?.user.username !== truth.user;
}
