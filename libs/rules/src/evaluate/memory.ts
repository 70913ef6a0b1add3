import type { RuleEvent } from '../fields/field.ts';
import type { FieldValue } from '../values.ts';

/** Answers a question about an event. Total and without effects. */
export type Test = (event: RuleEvent) => boolean;
/** Reads a value from an event; nothing is absent. Total and without effects. */
export type Read = (event: RuleEvent) => FieldValue;

/** Remembers what was found out about the event at hand, so that many rules ask it once. Takes no memory per event. */
export interface Memory {
  /** Forgets everything: from now on it is about the next event. */
  next(): void;
  /** The same test, answered once per event. */
  rememberTest(test: Test): Test;
  /** The same reading, done once per event. */
  rememberRead(read: Read): Read;
}

/** What was found out, and about which event. */
interface Cell<T> {
  event: number;
  found: T;
}

/** The number of the event stays a small integer; then all cells are wiped. */
const LAST_EVENT = 2 ** 30;

/** Opens a memory for conditions that are evaluated together, one event after the other; it counts them up to `lastEvent`. */
export function createMemory(lastEvent = LAST_EVENT): Memory {
  const current = { event: 1 };
  const cells: Cell<unknown>[] = [];

  const remember = <T>(ask: (event: RuleEvent) => T, initial: T): ((event: RuleEvent) => T) => {
    const cell: Cell<T> = { event: 0, found: initial };
    cells.push(cell);
    return (event) => {
      if (cell.event === current.event) return cell.found;
      const found = ask(event);
      cell.event = current.event;
      cell.found = found;
      return found;
    };
  };

  return {
    next: () => {
      current.event += 1;
      if (current.event < lastEvent) return;
      current.event = 1;
      for (const cell of cells) cell.event = 0;
    },
    rememberTest: (test) => remember(test, false),
    rememberRead: (read) => remember<FieldValue>(read, undefined),
  };
}
