import { withoutTokens } from '@whoran/contracts';
import { printInstant, printable, truncate } from '@whoran/kernel';
import type { Score, ScoredAnswer } from './score.ts';
import { type Variant, onlyDrops } from './variants.ts';

/** One run and what came of it. */
export interface Run {
  readonly variant: Variant;
  readonly score: Score;
}

const MAX_ERRORS = 200;
const COLUMNS = ['scored', 'right', 'missed', 'wrong', 'false', 'ambiguous', 'recall'] as const;

/** The report for a program: one object a variant. */
export function jsonReport(runs: readonly Run[]): readonly Readonly<Record<string, unknown>>[] {
  return runs.map(({ variant, score: { scored, right, missed, wrong, falselyAttributed, ambiguous, recall } }) => ({
    name: variant.name,
    scored,
    right,
    missed,
    wrong,
    falselyAttributed,
    ambiguous,
    recall,
  }));
}

/** The report for people: a table, the median under losses, and below it every error with its event. */
export function textReport(runs: readonly Run[]): readonly string[] {
  const width = Math.max(...runs.map(({ variant }) => variant.name.length), 'variant'.length);
  const row = (name: string, cells: readonly string[]) => `${name.padEnd(width)}  ${cells.map((cell) => cell.padStart(9)).join(' ')}`;
  const table = runs.map(({ variant, score }) => row(variant.name, cellsOf(score)));
  return [row('variant', COLUMNS), ...table, ...medianOfDrops(runs), ...runs.flatMap((run) => details(run))];
}

/** Whether anybody was named who did not do it. */
export function hasFalseAnswers(runs: readonly Run[]): boolean {
  return runs.some(({ score }) => score.wrong > 0 || score.falselyAttributed > 0);
}

function cellsOf(score: Score): readonly string[] {
  const { scored, right, missed, wrong, falselyAttributed, ambiguous, recall } = score;
  return [scored, right, missed, wrong, falselyAttributed, `${ambiguous.right}/${ambiguous.total}`, `${(recall * 100).toFixed(2)} %`].map(
    String,
  );
}

function medianOfDrops(runs: readonly Run[]): readonly string[] {
  const recalls = runs.filter(({ variant }) => onlyDrops(variant)).map(({ score }) => score.recall);
  if (recalls.length < 2) return [];
  const sorted = recalls.toSorted((a, b) => a - b);
  const median = ((sorted[Math.floor((sorted.length - 1) / 2)] ?? 0) + (sorted[Math.ceil((sorted.length - 1) / 2)] ?? 0)) / 2;
  return ['', `median recall of ${recalls.length} runs with losses: ${(median * 100).toFixed(2)} %`];
}

function details({ variant, score }: Run): readonly string[] {
  const lines = [
    ...(score.unanswered > 0 ? [`  ${score.unanswered} events never came out`] : []),
    ...score.errors.slice(0, MAX_ERRORS).map((error) => `  ${describe(error)}`),
    ...(score.errors.length > MAX_ERRORS ? [`  and ${score.errors.length - MAX_ERRORS} more`] : []),
    ...score.otherUsers.map(
      ({ event, truth, attribution }) =>
        `  warning: line ${event.index + 1}: right session, but user ${show(attribution?.session?.user.username)} where the truth has ${show(truth.user)}`,
    ),
  ];
  return lines.length === 0 ? [] : ['', `${variant.name}:`, ...lines];
}

function describe({ outcome, event, truth, attribution }: ScoredAnswer): string {
  const expected = truth.candidates.length > 0 ? `one of ${truth.candidates.join(', ')}` : (truth.session ?? 'nobody');
  const got =
    attribution?.session?.id ??
    (attribution?.candidates?.length ? `one of ${attribution.candidates.map(({ id }) => id).join(', ')}` : 'nobody');
  const evidence = attribution === undefined ? 'no answer' : [attribution.evidence, attribution.reason].filter(Boolean).join(', ');
  return `${outcome}: line ${event.index + 1}, ${printInstant(event.time)}, ${printable(event.rule)}, ${show(event.commandLine)}: expected ${expected}, got ${got} (${evidence})`;
}

/** One line of at most 80 characters: command lines and names are chosen by attackers. */
function show(text: string | null | undefined): string {
  return text === null || text === undefined ? 'nobody' : `"${printable(truncate(withoutTokens(text), 80))}"`;
}
