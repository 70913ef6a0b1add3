import type { Evidence } from '@whoran/contracts';
import type { TrueEvent } from '../load/truth-book.ts';
import type { FinalAnswer } from '../watch/answer-book.ts';

/** How many commands there are, by evidence. */
export type CommandCounts = Readonly<Partial<Record<Evidence, number>>>;

/**
 * What a search of commands must count: the program starts that consumers have, each once, by their final evidence. An alert is
 * about the start of the number before; it stands for that when the start itself was given up.
 */
export function countCommands(events: readonly TrueEvent[], first: number, answers: readonly FinalAnswer[]): CommandCounts {
  const counts: Partial<Record<Evidence, number>> = {};
  const answered = new Set(answers.map(({ number }) => number));
  for (const { number, evidence } of answers) {
    const kind = events[number - first]?.kind;
    const isCommand = kind === 'start' || (kind === 'alert' && !answered.has(number - 1));
    if (isCommand) counts[evidence] = (counts[evidence] ?? 0) + 1;
  }
  return counts;
}

/** What differs, in words; nothing when the two are equal. */
export function differenceOf(expected: CommandCounts, found: CommandCounts): string {
  const kinds = new Set([...Object.keys(expected), ...Object.keys(found)]) as ReadonlySet<Evidence>;
  return [...kinds]
    .filter((kind) => (expected[kind] ?? 0) !== (found[kind] ?? 0))
    .map((kind) => `${kind}: ${found[kind] ?? 0} instead of ${expected[kind] ?? 0}`)
    .join(', ');
}
