import { describe, expect, it } from '@jest/globals';
import type { Observation } from '@whoran/lineage';
import { decodeFact, encodeFact } from '@whoran/lineage';
import fc from 'fast-check';

const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const hostile = fc.oneof(text, fc.constantFrom('', '\u0000', 'a\nb', '"\\', '\u2028', '<NA>', '__proto__', '[1,2]'));
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const nanos = fc.bigInt({ min: 0n, max: 4_000_000_000_000_000_000n });
const pid = fc.integer({ min: 1, max: 4_194_304 });

const observation: fc.Arbitrary<Observation> = fc.record({
  eventId: hostile,
  at: nanos,
  kind: fc.constantFrom('start', 'child', 'parent', 'other'),
  container: fc.record({ id: hostile, name: maybe(hostile), namespace: maybe(hostile), pod: maybe(hostile) }),
  pid,
  vpid: maybe(pid),
  start: maybe(nanos),
  parent: maybe(fc.record({ pid, vpid: maybe(pid), start: maybe(nanos) })),
  ancestors: fc.array(pid, { maxLength: 7 }),
  childVpid: maybe(pid),
  program: fc.record({ name: hostile, exe: hostile, args: hostile }),
  environment: maybe(hostile),
  environmentUser: hostile,
  ancestorEnvironment: maybe(hostile),
  claim: maybe(fc.record({ token: hostile, user: hostile, place: fc.constantFrom('env', 'sh') })),
});

describe('a fact as text', () => {
  it('is read as it was written, on one line', () => {
    fc.assert(
      fc.property(observation, fc.nat(), (seen, arrived) => {
        const line = encodeFact({ seen, arrived });
        expect(line).not.toContain('\n');
        expect(decodeFact(line)).toEqual({ seen, arrived });
      }),
    );
  });

  it('is nothing when somebody else wrote it', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.array(fc.jsonValue()).map((list) => JSON.stringify([1, ...list])),
        ),
        (line) => {
          expect(() => decodeFact(line)).not.toThrow();
        },
      ),
    );
    for (const line of ['', '{}', '[]', '[2,0,"e","1","start",["c"],1]', '[1]', '[1,0,"e",1,"start",["c"],1]'])
      expect(decodeFact(line)).toBeUndefined();
  });
});
