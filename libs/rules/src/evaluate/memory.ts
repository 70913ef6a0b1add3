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

/** The number of the event stays a small integer; then all stamps are wiped. */
const LAST_EVENT = 2 ** 30;

/** Opens a memory for conditions that are evaluated together, one event after the other. */
export function createMemory(): Memory {
  const current = { event: 1, stamps: new Int32Array(64), answers: new Uint8Array(64) };
  const values: FieldValue[] = [];
  let used = 0;

  const takeSlot = (): number => {
    if (used === current.stamps.length) {
      current.stamps = grown(current.stamps, new Int32Array(used * 2));
      current.answers = grown(current.answers, new Uint8Array(used * 2));
    }
    values.push(undefined);
    return used++;
  };

  return {
    next: () => {
      current.event += 1;
      if (current.event < LAST_EVENT) return;
      current.event = 1;
      current.stamps.fill(0);
    },
    rememberTest: (test) => {
      const slot = takeSlot();
      return (event) => {
        if (current.stamps[slot] === current.event) return current.answers[slot] === 1;
        const answer = test(event);
        current.stamps[slot] = current.event;
        current.answers[slot] = answer ? 1 : 0;
        return answer;
      };
    },
    rememberRead: (read) => {
      const slot = takeSlot();
      return (event) => {
        if (current.stamps[slot] === current.event) return values[slot];
        const value = read(event);
        current.stamps[slot] = current.event;
        values[slot] = value;
        return value;
      };
    },
  };
}

function grown<T extends Int32Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
