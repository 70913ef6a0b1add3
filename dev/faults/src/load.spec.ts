import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { eventually } from '@whoran/testing';
import { Load } from './load/load.ts';
import { TruthBook } from './load/truth-book.ts';
import { makeMaterial } from './processes/material.ts';
import { scoreAlerts } from './score/score-alerts.ts';
import { scoreRow } from './score/score.ts';
import { startPipelineInSpec } from './spec-pipeline.ts';
import { Receiver } from './watch/receiver.ts';

const RATE = 400;
const LOAD = 1500;

it('attributes the load as its truth says when nothing goes wrong', async () => {
  const receiver = await Receiver.open();
  const material = await makeMaterial(['alpha'], receiver.url);
  const { endpoints, view, stop } = await startPipelineInSpec(material, 'alpha');
  const truth = new TruthBook(1);
  view.begin(truth.first, Date.now());
  const load = new Load({ word: 'spec', truth, endpoints, clusters: [{ cluster: 'alpha', rate: RATE, skew: 0 }] });
  await sleep(LOAD);
  await load.stop();
  await load.settle();
  await eventually(() => {
    const seen = view.seen();
    const score = scoreRow(truth.events, truth.first, seen.answers);
    expect(score).toMatchObject({ lost: 0, duplicates: 0, wrong: 0, missed: 0, ambiguous: 0, examples: [] });
    expect(score.sent).toBe(truth.events.length);
    const alerts = scoreAlerts(truth.events, truth.first, { onTopic: seen.alerts, received: receiver.received });
    expect(alerts).toMatchObject({ lostOnTopic: 0, lostAtReceiver: 0 });
  });
  expect([...load.complaints]).toEqual([]);
  expect(truth.events.length).toBeGreaterThanOrEqual((RATE * LOAD) / 1000);
  expect(truth.sessions.length).toBeGreaterThan(1);
  await stop();
  await receiver.close();
  rmSync(material.folder, { recursive: true });
}, 60_000);
