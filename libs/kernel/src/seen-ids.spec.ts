import { expect, it } from '@jest/globals';
import { SeenIds } from '@whoran/kernel';

it('remembers the last ids, and forgets those long past', () => {
  const seen = new SeenIds(2);
  expect(['a', 'b', 'a', 'c', 'd', 'c', 'e', 'a'].map((id) => seen.add(id))).toEqual([true, true, false, true, true, false, true, true]);
});
