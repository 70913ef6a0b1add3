import { describe, expect, it } from '@jest/globals';
import { createMemory } from './memory.ts';
import { specEvent } from './spec-catalog.ts';

describe('the memory of an event', () => {
  it('asks once per event, also when it begins to count again', () => {
    const memory = createMemory(3);
    let [tests, reads] = [0, 0];
    const test = memory.rememberTest(() => (tests += 1) % 2 === 1);
    const read = memory.rememberRead(() => (reads += 1));
    for (let event = 1; event <= 10; event += 1) {
      memory.next();
      expect([test(specEvent({})), test(specEvent({}))]).toEqual([event % 2 === 1, event % 2 === 1]);
      if (event % 3 === 0) expect([read(specEvent({})), read(specEvent({}))]).toEqual([event / 3, event / 3]);
    }
    expect([tests, reads]).toEqual([10, 3]);
  });
});
