import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { quickenEncoder } from './quick-encoder.ts';

/** What a request is written with. */
interface Writer {
  readonly buffer: Buffer;
  writeInt32(value: number): this;
  writeString(value: string | null): this;
  writeBytes(value: Buffer | null): this;
  writeBuffer(value: Buffer): this;
  writeEncoder(value: Writer): this;
  writeArray(values: readonly unknown[], type?: string): this;
  size(): number;
}

const Original = createRequire(import.meta.url)('kafkajs/src/protocol/encoder.js') as new (size?: number) => Writer;
class Quick extends Original {}
quickenEncoder(Quick.prototype);

type Step =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string | null }
  | { readonly kind: 'bytes'; readonly value: Buffer }
  | { readonly kind: 'raw'; readonly value: Buffer }
  | { readonly kind: 'look' }
  | { readonly kind: 'nested' | 'array' | 'typed'; readonly steps: readonly Step[] };

const bytes = fc.oneof(fc.nat({ max: 40 }), fc.integer({ min: 1000, max: 9000 })).map((length) => Buffer.alloc(length, length % 251));
const { steps } = fc.letrec<{ readonly steps: Step[]; readonly step: Step }>((tie) => ({
  steps: fc.array(tie('step'), { maxLength: 6 }),
  step: fc.oneof(
    { maxDepth: 4 },
    fc.record({ kind: fc.constant('number'), value: fc.nat({ max: 2 ** 31 - 1 }) }),
    fc.record({ kind: fc.constant('text'), value: fc.option(fc.string({ maxLength: 600 })) }),
    fc.record({ kind: fc.constantFrom('bytes', 'raw'), value: bytes }),
    fc.record({ kind: fc.constant('look') }),
    fc.record({ kind: fc.constantFrom('nested', 'array', 'typed'), steps: tie('steps') }),
  ),
}));

function write(Kind: new () => Writer, all: readonly Step[]): Writer {
  const writer = new Kind();
  for (const step of all) {
    if (step.kind === 'number') writer.writeInt32(step.value);
    else if (step.kind === 'text') writer.writeString(step.value);
    else if (step.kind === 'bytes') writer.writeBytes(step.value);
    else if (step.kind === 'raw') writer.writeBuffer(step.value);
    else if (step.kind === 'look') void writer.buffer;
    else if (step.kind === 'nested') writer.writeEncoder(write(Kind, step.steps));
    else writer.writeArray([write(Kind, step.steps), write(Kind, [])], step.kind === 'typed' ? 'object' : undefined);
  }
  return writer;
}

describe('an encoder', () => {
  it('gives the bytes that the one of kafkajs gives, whatever is written into it', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const [quick, original] = [write(Quick, all), write(Original, all)];
        expect(quick.size()).toBe(original.size());
        expect(quick.buffer.equals(original.buffer)).toBe(true);
        expect(quick.buffer.equals(original.buffer)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('joins its bytes once', () => {
    const writer = new Quick().writeInt32(7).writeBuffer(Buffer.alloc(5000));
    expect(writer.buffer).toBe(writer.buffer);
  });

  it.each([[null], [undefined], [{}], [{ buf: 'text' }]])('takes no %p for an encoder', (value) => {
    expect(() => new Quick().writeEncoder(value as never)).toThrow('Encoder');
    expect(() => new Quick().writeArray([value], 'object')).toThrow('Encoder');
  });
});
