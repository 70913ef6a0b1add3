import type { SpooledEvent } from './block.ts';

/** A run of events in ascending order that is read piece by piece; an empty piece is its end. */
export interface Run {
  readonly next: () => Promise<readonly SpooledEvent[]>;
}

/** An event and the run that it came from. */
export interface Merged {
  readonly event: SpooledEvent;
  readonly run: number;
}

interface Head {
  piece: readonly SpooledEvent[];
  at: number;
}

/** Merges runs by sequence number until `enough` says so of the event that was taken last, or the runs end. */
export async function mergeRuns(runs: readonly Run[], enough: (taken: Merged) => boolean): Promise<readonly Merged[]> {
  const heads: Head[] = await Promise.all(runs.map(async (run) => ({ piece: await run.next(), at: 0 })));
  const merged: Merged[] = [];
  for (;;) {
    const run = firstOf(heads);
    const head = heads[run];
    const event = head?.piece[head.at];
    if (!head || !event) return merged;
    head.at += 1;
    merged.push({ event, run });
    if (enough({ event, run })) return merged;
    if (head.at === head.piece.length) Object.assign(head, { piece: (await runs[run]?.next()) ?? [], at: 0 });
  }
}

/** The head with the lowest sequence number; -1 if all have ended. */
function firstOf(heads: readonly Head[]): number {
  let first = -1;
  let lowest = Infinity;
  heads.forEach(({ piece, at }, index) => {
    const sequence = piece[at]?.sequence ?? Infinity;
    if (sequence < lowest) [first, lowest] = [index, sequence];
  });
  return first;
}
