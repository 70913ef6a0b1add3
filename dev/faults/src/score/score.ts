import type { TrueEvent } from '../load/truth-book.ts';
import type { FinalAnswer } from '../watch/answer-book.ts';

/** How one final answer compares with the truth. */
export type Outcome = 'right' | 'nobody' | 'missed' | 'missed-after-loss' | 'ambiguous' | 'wrong';

/** What came of the events of one row. */
export interface RowScore {
  /** Events whose sender was told that they are safe. */
  readonly sent: number;
  /** Those of them that a consumer has after upsert. */
  readonly delivered: number;
  readonly lost: number;
  /** Events that a consumer has twice, or with two final answers. */
  readonly duplicates: number;
  readonly wrong: number;
  /** Events of sessions that name nobody. */
  readonly missed: number;
  /** The same, in sessions of which the sender lost events before. */
  readonly missedAfterLoss: number;
  readonly ambiguous: number;
  /** The first few that are not as they should be, for people. */
  readonly examples: readonly string[];
}

const MOST_EXAMPLES = 10;

/** Compares what a consumer has in the end with what is true. `truthOf` knows the event of a number. */
export function scoreRow(events: readonly TrueEvent[], first: number, answers: readonly FinalAnswer[]): RowScore {
  excuseGaps(events, first, new Set(answers.map(({ number }) => number)));
  const byNumber = new Map(answers.map((answer) => [answer.number, answer]));
  const examples: string[] = [];
  const note = (text: string) => void (examples.length < MOST_EXAMPLES && examples.push(text));
  const counts = { sent: 0, delivered: 0, lost: 0, duplicates: 0 };
  const outcomes: Record<Outcome, number> = { right: 0, nobody: 0, missed: 0, 'missed-after-loss': 0, ambiguous: 0, wrong: 0 };
  events.forEach((event, index) => {
    const answer = byNumber.get(first + index);
    if (event.sent) counts.sent += 1;
    if (event.sent && answer) counts.delivered += 1;
    if (event.sent && !answer) note(`not delivered: ${nameOf(event, first + index)}`);
    if (!answer) return;
    if (answer.otherIds > 0 || answer.rival) {
      counts.duplicates += 1 + Math.max(0, answer.otherIds - 1);
      note(`duplicate: ${nameOf(event, first + index)} ${answer.rival ? `has two answers of revision ${answer.revision}` : 'has two ids'}`);
    }
    const outcome = judge(event, answer);
    outcomes[outcome] += 1;
    if (outcome === 'wrong' || outcome === 'missed') note(`${outcome}: ${nameOf(event, first + index)} got ${printAnswer(answer)}`);
  });
  const { missed, ambiguous, wrong } = outcomes;
  return {
    ...counts,
    lost: counts.sent - counts.delivered,
    missed,
    ambiguous,
    wrong,
    missedAfterLoss: outcomes['missed-after-loss'],
    examples,
  };
}

/** What was lost is counted as lost: that others of its session have no name then is no second mistake. */
function excuseGaps(events: readonly TrueEvent[], first: number, answered: ReadonlySet<number>): void {
  events.forEach(({ session, sent }, index) => {
    if (session && sent && !answered.has(first + index)) session.gap = true;
  });
}

/** Naming one of several candidates is as wrong as naming somebody else; naming nobody is never wrong. */
export function judge({ session }: TrueEvent, answer: Pick<FinalAnswer, 'evidence' | 'session' | 'user'>): Outcome {
  if (answer.evidence === 'ambiguous') return 'ambiguous';
  if (answer.session === undefined) return session === undefined ? 'nobody' : session.gap ? 'missed-after-loss' : 'missed';
  return session?.ids.includes(answer.session) && session.user === answer.user ? 'right' : 'wrong';
}

function nameOf({ kind, session }: TrueEvent, number: number): string {
  return `event ${number} (${kind} of ${session ? `${session.user}, session ${session.ids.join(' or ')}` : 'nobody'})`;
}

function printAnswer({ id, revision, evidence, session, user }: FinalAnswer): string {
  return `${evidence}${session === undefined ? '' : ` ${user ?? ''} ${session}`} in revision ${revision} of ${id}`;
}
