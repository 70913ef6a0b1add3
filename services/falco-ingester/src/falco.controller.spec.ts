import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type DeadLetter, type FalcoEvent, encodeJson, topics } from '@whoran/contracts';
import { type ServiceInSpec, aFalcoEvent, startForSpec } from '@whoran/testing';
import { falcoIngester } from './falco-ingester.service.ts';

const TOKEN = `token/of+test:${'0'.repeat(200)}`;
const OTHER = 'token-of-other-012345678';
const folder = mkdtempSync(join(tmpdir(), 'falco-'));
const credentialsFile = join(folder, 'credentials.yaml');
writeFileSync(credentialsFile, `clusters: {test: {tokens: ["${TOKEN}"]}, other: {tokens: [${OTHER}]}}`);
afterAll(() => rmSync(folder, { recursive: true }));

const lines = readFileSync(new URL('./fixtures/falco.jsonl', import.meta.url), 'utf8');
const good = (rule = 'Container process started') => {
  const { whoran: _, ...event } = aFalcoEvent({ rule });
  return event;
};
const nested = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;

describe('POST /clusters/:cluster/falco', () => {
  let running: ServiceInSpec;
  let events: FalcoEvent[];
  let letters: DeadLetter[];
  beforeAll(async () => {
    running = await startForSpec(falcoIngester, { port: 0, credentialsFile });
    events = await running.collect(topics.falcoEvents);
    letters = await running.collect(topics.deadLetters);
  });
  afterAll(() => running.service.stop());
  afterEach(() => {
    events.length = 0;
    letters.length = 0;
  });

  const send = async (path: string, body: string | Buffer, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${running.service.url}/clusters/${path}`, { method: 'POST', body, headers });
    await running.bus.idle();
    return {
      status: answer.status,
      body: (await answer.json()) as { error?: { message: string }; accepted?: number; deadLettered?: number },
    };
  };
  const post = (body: string | Buffer, type = 'application/json') =>
    send(`test/falco/${encodeURIComponent(TOKEN)}`, body, { 'content-type': type });

  it('takes what Falco sends, keyed by cluster and node, with every digit', async () => {
    const [line = ''] = lines.split('\n');
    expect(await post(line)).toEqual({ status: 200, body: { accepted: 1, deadLettered: 0, problems: [] } });
    const [event] = events;
    expect(event && topics.falcoEvents.key(event)).toBe('test/vm');
    expect(event?.output_fields['evt.rawtime']).toBe(1795322985329042450n);
    const { whoran: _, ...rest } = event as FalcoEvent;
    expect(encodeJson(rest)).toBe(line);
  });

  it('takes lists and lines, and gives a repeated event the same id', async () => {
    expect((await post(`[${lines.trim().replace('\n', ',')}]`)).body).toMatchObject({ accepted: 2 });
    expect((await post(lines, 'application/x-ndjson')).body).toMatchObject({ accepted: 2 });
    expect((await post(lines)).body).toMatchObject({ accepted: 2 });
    expect(events).toHaveLength(6);
    expect(new Set(events.map(({ whoran }) => whoran.id)).size).toBe(2);
  });

  it('takes a token in a header, and a body without a content type', async () => {
    expect((await send('test/falco', encodeJson(good()), { authorization: `Bearer ${TOKEN}` })).status).toBe(200);
    expect((await send(`test/falco/${encodeURIComponent(TOKEN)}`, Buffer.from(encodeJson(good())))).status).toBe(200);
  });

  it('keeps the bad events of a list as dead letters and takes the others', async () => {
    expect(await post(encodeJson([good(), { rule: 'x' }, 1, good('Another')]))).toMatchObject({
      status: 200,
      body: { accepted: 2, deadLettered: 2 },
    });
    expect(await post(`${encodeJson(good())}\nnot json\n{"rule":"x"}\n[]`)).toMatchObject({
      status: 200,
      body: { accepted: 1, deadLettered: 3 },
    });
    expect(letters.map(({ reason }) => reason)).toEqual(['invalid-event', 'invalid-event', 'invalid-json', 'invalid-event', 'wrong-kind']);
    expect(letters[0]).toMatchObject({
      stage: 'falco-ingester',
      origin: { endpoint: '/clusters/test/falco', cluster: 'test' },
      payload: '{"rule":"x"}',
    });
  });

  it.each<[string, string | Buffer, number, string, string]>([
    ['text', 'hello', 400, 'not JSON', 'invalid-json'],
    ['nothing', '', 400, 'empty', ''],
    ['an event without its fields', '{"rule":"x"}', 400, 'not valid', 'invalid-event'],
    ['an audit event', '{"kind":"Event","apiVersion":"audit.k8s.io/v1"}', 400, 'not valid', 'invalid-event'],
    ['a number', '42', 400, 'not an object', 'invalid-event'],
    ['100,000 nested braces', nested, 400, 'nests deeper', 'invalid-json'],
    [
      '100,000 nested braces in a field',
      encodeJson(good()).replace('"proc.pid":1000', `"proc.pid":${nested}`),
      400,
      'nests deeper',
      'invalid-json',
    ],
    [
      'invalid UTF-8',
      Buffer.concat([Buffer.from('{"rule":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]),
      400,
      'UTF-8',
      'invalid-utf8',
    ],
    ['17 MB', 'x'.repeat(17_000_000), 413, 'at most 16777216', ''],
    ['10,001 events', `[${'{},'.repeat(10_000)}{}]`, 413, 'more than 10000', ''],
  ])('refuses %s, keeps what was data, and the next request works', async (_name, body, status, message, reason) => {
    const answer = await post(body);
    expect([answer.status, answer.body.error?.message]).toEqual([status, expect.stringContaining(message)]);
    expect(letters.map((letter) => letter.reason)).toEqual(reason === '' ? [] : [reason]);
    expect(JSON.stringify(letters)).not.toContain(TOKEN);
    expect((await post(encodeJson(good()))).status).toBe(200);
  });

  it('keeps bytes that are not UTF-8 as they came', async () => {
    const bytes = Buffer.from([0x7b, 0xff, 0x7d]);
    await post(bytes);
    expect(Buffer.from(letters[0]?.payload ?? '', 'base64')).toEqual(bytes);
  });

  it.each<[string, string, number]>([
    ['a wrong token', 'test/falco/wrong-wrong-wrong-wrong', 401],
    ['no token', 'test/falco', 401],
    ["another cluster's token", `test/falco/${OTHER}`, 403],
    ['an unknown cluster', 'nowhere/falco/wrong-wrong-wrong-wrong', 401],
    ['a token that is too long', `test/falco/${'x'.repeat(300)}`, 414],
  ])('answers %s and stores nothing', async (_name, path, status) => {
    expect((await send(path, encodeJson(good()))).status).toBe(status);
    expect((await send(path, 'not json')).status).toBe(status);
    expect([events, letters]).toEqual([[], []]);
  });

  it('counts events without a node', async () => {
    await post(encodeJson({ ...good(), hostname: undefined }));
    expect(events[0]?.whoran.node).toBe('unknown');
    const text = await (await fetch(`${running.service.url}/metrics`)).text();
    expect(text).toMatch(/whoran_falco_unknown_node_events_total\{cluster="test".*\} 1/);
    expect(text).toMatch(/whoran_ingest_last_event_timestamp_seconds\{cluster="test".*\} \d+/);
  });
});
