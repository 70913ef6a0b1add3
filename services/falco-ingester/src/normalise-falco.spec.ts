import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { type FalcoEvent, encodeJson, parseJson } from '@whoran/contracts';
import fc from 'fast-check';
import { falcoEventId } from '@whoran/service-kit';
import { normaliseFalco } from './normalise-falco.ts';

type Json = Record<string, unknown> & { output_fields: Record<string, unknown> };
const [line = ''] = readFileSync(new URL('./fixtures/falco.jsonl', import.meta.url), 'utf8').split('\n');
const recorded = () => {
  const json = parseJson(line);
  return (json.ok ? json.value : {}) as Json;
};
const stamp = { cluster: 'test', receivedAt: '2026-11-22T04:50:00.000Z' };
const normalised = (item: unknown, cluster = 'test'): FalcoEvent => {
  const result = normaliseFalco(item, { ...stamp, cluster });
  if (!result.ok) throw new Error(result.error);
  return result.value;
};

/** The same event as falcosidekick passes it on: a uuid, no message, shortened time, numbers as it likes. */
const bySidekick = (): Json => {
  const { message: _, ...event } = recorded();
  const fields = Object.fromEntries(
    Object.entries(event.output_fields).map(([key, value]) => [
      key,
      typeof value === 'number' ? String(value) : typeof value === 'bigint' ? Number(value) : value,
    ]),
  );
  return { ...event, uuid: '7d6f1a3c-3b0e-4a57-b2fd-0c26f0d1f2a1', output_fields: fields };
};

describe('a Falco event', () => {
  it('keeps every field and digit, and gains its origin', () => {
    const event = normalised({ ...recorded(), whoran: { id: 'forged', cluster: 'other', node: 'other' } });
    const { whoran, ...rest } = event;
    expect(encodeJson(rest)).toBe(encodeJson(recorded()));
    expect(encodeJson(rest)).toContain('"evt.rawtime":1795322985329042450,');
    expect(whoran).toEqual({ id: expect.stringMatching(/^[0-9a-f]{32}$/), cluster: 'test', node: 'vm', receivedAt: stamp.receivedAt });
  });

  it('has one id by whichever way it comes', () => {
    const { id } = normalised(recorded()).whoran;
    expect(normalised(bySidekick()).whoran.id).toBe(id);
    expect(normalised({ ...bySidekick(), time: '2026-11-22T05:49:45.32904245+01:00' }).whoran.id).toBe(id);
  });

  it.each<[string, (event: Json) => unknown]>([
    ['time', (event) => ({ ...event, time: '2026-11-22T04:49:45.329042451Z' })],
    ['rule', (event) => ({ ...event, rule: 'Another' })],
    ['host', (event) => ({ ...event, hostname: 'another' })],
    ['process', (event) => ({ ...event, output_fields: { ...event.output_fields, 'proc.pid': 1 } })],
    ['thread', (event) => ({ ...event, output_fields: { ...event.output_fields, 'thread.tid': 1 } })],
    ['container', (event) => ({ ...event, output_fields: { ...event.output_fields, 'container.id': 'x' } })],
    ['number', (event) => ({ ...event, output_fields: { ...event.output_fields, 'evt.num': 1 } })],
  ])('has another id with another %s', (_name, change) => {
    expect(normalised(change(recorded())).whoran.id).not.toBe(normalised(recorded()).whoran.id);
  });

  it('has another id in another cluster', () => {
    expect(normalised(recorded(), 'other').whoran.id).not.toBe(normalised(recorded()).whoran.id);
  });

  it.each<[string, Json, string]>([
    ['hostname', recorded(), 'vm'],
    ['the field evt.hostname', { ...recorded(), hostname: '' }, 'vm'],
    ['nothing', { ...recorded(), hostname: '', output_fields: {} }, 'unknown'],
    ['nothing usable', { ...recorded(), hostname: '', output_fields: { 'evt.hostname': 'x'.repeat(254) } }, 'unknown'],
    ['no text', { ...recorded(), hostname: '', output_fields: { 'evt.hostname': 7 } }, 'unknown'],
  ])('has its node from %s', (_name, event, node) => expect(normalised(event).whoran.node).toBe(node));

  describe('that came as JSON', () => {
    const passedOn = (json: string): string => {
      const item = parseJson(json);
      const result = normaliseFalco(item.ok && item.value, stamp, json);
      return result.ok ? encodeJson(result.value) : result.error;
    };
    const written = (json: string): string => {
      const item = parseJson(json);
      return encodeJson(normalised(item.ok && item.value));
    };

    it('is passed on as it was, its origin at the end', () => {
      expect(passedOn(line)).toBe(written(line));
      const spaced = ` ${line.replaceAll('","', '" , "')}\n`;
      expect(passedOn(spaced)).toContain(spaced.trim().slice(0, -1));
      expect(parseJson(passedOn(spaced))).toEqual(parseJson(written(spaced)));
    });

    it.each([
      ['that forges an origin', line.replace('{', '{"whoran":{"id":"forged"},')],
      ['that hides a forged origin', line.replace('{', '{"wh\\u006fran":{"id":"forged"},')],
      ['on several lines', line.replaceAll(',"', ',\n"')],
    ])('is written anew: one %s', (_name, json) => {
      expect(passedOn(json)).toBe(written(json));
      expect(passedOn(json)).not.toMatch(/forged|\n/);
    });
  });

  it.each<[string, unknown, RegExp]>([
    ['no object', 'text', /not an object/],
    ['a list', [], /not an object/],
    ['nothing in it', {}, /rule.*priority.*output_fields|required/],
    ['a time that is none', { ...recorded(), time: 'yesterday' }, /time: must be an RFC 3339 time/],
    ['a time without a date', { ...recorded(), time: '04:49:45.329042450' }, /RFC 3339/],
    ['fields that are no object', { ...recorded(), output_fields: [] }, /output_fields/],
    ['a rule that is no text', { ...recorded(), rule: { toString: 1 } }, /rule/],
    ['a hostname that is too long', { ...recorded(), hostname: 'x'.repeat(254) }, /hostname/],
  ])('is refused with %s', (_name, item, problem) => {
    const result = normaliseFalco(item, stamp);
    expect(result.ok ? 'taken' : result.error).toMatch(problem);
  });
});

describe('an id', () => {
  it('cannot be made equal by moving text from one part to another', () => {
    const text = fc.string({ maxLength: 5 });
    const parts = fc.record({ cluster: text, node: text, rule: text, container: text });
    const id = ({ cluster, node, rule, container }: { cluster: string; node: string; rule: string; container: string }) =>
      falcoEventId({ cluster, node, rule, time: 1n }, { 'container.id': `c${container}` });
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        expect(id(one) === id(other)).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
    );
  });
});
