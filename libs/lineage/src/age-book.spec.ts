import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AgeBook } from './age-book.ts';

interface Thing {
  readonly name: number;
  seen: number;
}

describe('an age book', () => {
  it('gives out exactly what was last seen before a time, whatever was seen again meanwhile', () => {
    const time = fc.integer({ min: 0, max: 600_000 });
    const change = fc.oneof(
      fc.record({ add: time }),
      fc.record({ see: fc.nat(), at: time }),
      fc.record({ before: fc.oneof(time, fc.constant(Infinity)) }),
    );
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
        const book = new AgeBook<Thing>(({ seen }) => seen);
        let held: Thing[] = [];
        for (const [name, one] of changes.entries()) {
          if ('add' in one) {
            const thing = { name, seen: one.add };
            held.push(thing);
            book.add(thing);
          } else if ('see' in one) {
            const thing = held[one.see % Math.max(1, held.length)];
            if (thing) thing.seen = Math.max(thing.seen, one.at);
          } else {
            const old = held.filter(({ seen }) => seen < one.before);
            held = held.filter((thing) => !old.includes(thing));
            expect(book.take(one.before).sort((a, b) => a.name - b.name)).toEqual(old);
          }
        }
      }),
    );
  });

  it('looks at each about once a life, and once more if it was seen again', () => {
    let looks = 0;
    const book = new AgeBook<Thing>(({ seen }) => ((looks += 1), seen));
    const things = Array.from({ length: 60 }, (_, minute): Thing => ({ name: minute, seen: minute * 60_000 }));
    for (const thing of things) book.add(thing);
    for (const thing of things) thing.seen += 1_800_000;
    for (let minute = 1; minute <= 120; minute += 1) book.take(minute * 60_000);
    expect(looks / things.length).toBeLessThan(7);
  });
});
