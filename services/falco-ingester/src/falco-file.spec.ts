import { appendFileSync, copyFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { InProcessBus } from '@whoran/bus';
import { type DeadLetter, type FalcoEvent, encodeJson, topics } from '@whoran/contracts';
import { SystemClock, loadConfig } from '@whoran/service-kit';
import { aFalcoEvent, startForSpec } from '@whoran/testing';
import { FalcoIngesterConfig } from './falco-ingester.config.ts';
import { falcoIngester } from './falco-ingester.service.ts';

const folder = mkdtempSync(join(tmpdir(), 'falco-file-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a followed file of Falco', () => {
  it('is read across truncation, and its bad and over-long lines are kept', async () => {
    const path = join(folder, 'falco.jsonl');
    copyFileSync(new URL('./fixtures/falco.jsonl', import.meta.url), path);
    const bus = new InProcessBus(new SystemClock());
    const events: FalcoEvent[] = [];
    const letters: DeadLetter[] = [];
    await bus.subscribe({ group: 'events', topic: topics.falcoEvents, handle: async (batch) => void events.push(...batch) });
    await bus.subscribe({ group: 'letters', topic: topics.deadLetters, handle: async (batch) => void letters.push(...batch) });
    const until = async (condition: () => boolean) => {
      for (let wait = 0; wait < 200 && !condition(); wait += 1) await new Promise((resolve) => setTimeout(resolve, 25));
    };
    const { service } = await startForSpec(
      falcoIngester,
      { port: 0, followFile: path, followCluster: 'test', maxBodyBytes: 100_000 },
      { bus },
    );
    await until(() => events.length === 2);
    const { whoran: _, ...event } = aFalcoEvent({ rule: 'After truncation' });
    truncateSync(path, 0);
    appendFileSync(path, `${'x'.repeat(300_000)}\n{"rule":"x"}\n${encodeJson(event)}\n`);
    await until(() => events.length === 3 && letters.length === 2);
    await service.stop();
    expect(events.map(({ rule }) => rule)).toEqual(['Container process started', 'Container process started', 'After truncation']);
    expect(letters.map(({ reason, payload, origin }) => [reason, payload.length, origin.endpoint])).toEqual([
      ['invalid-json', 100_000, `file:${path}`],
      ['invalid-event', 12, `file:${path}`],
    ]);
  });
});

describe('the settings of the Falco ingester', () => {
  it('have defaults, and are refused by name', () => {
    expect(loadConfig(FalcoIngesterConfig, {})).toMatchObject({ port: 8082, maxBodyBytes: 16_777_216 });
    expect(() => loadConfig(FalcoIngesterConfig, { WHORAN_FALCO_FOLLOW_FILE: 'x' })).toThrow(
      'WHORAN_FALCO_FOLLOW_CLUSTER: must name the cluster',
    );
  });

  it('that name a credentials file with mistakes stop the start', async () => {
    const credentialsFile = join(folder, 'bad.yaml');
    writeFileSync(credentialsFile, 'clusters: {test: {tokens: [short]}}');
    await expect(startForSpec(falcoIngester, { port: 0, credentialsFile })).rejects.toThrow(/clusters\.test\.tokens\[0\]: must have 16/);
  });
});
