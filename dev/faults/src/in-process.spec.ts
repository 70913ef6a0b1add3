import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it } from '@jest/globals';
import { InProcessBus } from '@whoran/bus';
import { encodeJson, topics } from '@whoran/contracts';
import { AlertRouterConfig, alertRouter } from '@whoran/alert-router';
import { AuditIngesterConfig, auditIngester } from '@whoran/audit-ingester';
import { FalcoIngesterConfig, falcoIngester } from '@whoran/falco-ingester';
import { LineageResolverConfig, lineageResolver } from '@whoran/lineage-resolver';
import { JsonLogger, type RunningService, SystemClock, startService } from '@whoran/service-kit';
import { WebhookMutatorConfig, webhookMutator } from '@whoran/webhook-mutator';
import { Agent } from 'undici';
import { Load } from './load/load.ts';
import { TruthBook } from './load/truth-book.ts';
import { makeMaterial } from './processes/material.ts';
import { scoreAlerts } from './score/score-alerts.ts';
import { scoreRow } from './score/score.ts';
import { ConsumerView } from './watch/consumer-view.ts';
import { readDelivery } from './watch/read-delivery.ts';
import { Receiver } from './watch/receiver.ts';

const folder = mkdtempSync(join(tmpdir(), 'faults-spec-'));
afterAll(() => rmSync(folder, { recursive: true }));

const RATE = Number(process.env['FAULTS_SPEC_RATE'] ?? 300);
const SECONDS = Number(process.env['FAULTS_SPEC_SECONDS'] ?? 3);

it('attributes the load as its truth says when nothing goes wrong', async () => {
  const receiver = await Receiver.open();
  const material = await makeMaterial(['alpha'], receiver.url);
  const bus = new InProcessBus(new SystemClock());
  const platform = { bus, clock: new SystemClock(), logger: JsonLogger.open('error', {}) };
  const { credentialsFile, certificates, webhookSecret, tokenOf } = material;
  const ingest = { port: 0, credentialsFile };
  const tls = { tlsCert: certificates.certFile, tlsKey: certificates.keyFile, secretPath: webhookSecret };
  const webhookConfig = { cluster: 'alpha', port: 0, keys: material.keysOf('alpha'), ...tls };
  const router = await startService(
    alertRouter,
    Object.assign(new AlertRouterConfig(), { port: 0, routesFile: material.routesFile }),
    platform,
  );
  const resolver = await startService(
    lineageResolver,
    Object.assign(new LineageResolverConfig(), { port: 0, keysDir: material.publicKeys }),
    platform,
  );
  const falco = await startService(falcoIngester, Object.assign(new FalcoIngesterConfig(), ingest), platform);
  const audit = await startService(auditIngester, Object.assign(new AuditIngesterConfig(), ingest), platform);
  const webhook = await startService(webhookMutator, Object.assign(new WebhookMutatorConfig(), webhookConfig), platform);
  const view = new ConsumerView();
  await bus.subscribe({
    group: 'spec',
    topic: topics.attributedEvents,
    handle: async (events) => {
      for (const event of events) {
        const delivery = readDelivery(encodeJson(event));
        if (delivery) view.takeEvent(delivery, Date.now());
      }
    },
  });
  const alerts = new Set<number>();
  await bus.subscribe({
    group: 'spec',
    topic: topics.alerts,
    handle: async (events) => {
      for (const event of events) alerts.add(Number(event.output_fields['evt.num']));
    },
  });
  view.begin(1, Date.now());
  const truth = new TruthBook(1);
  const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
  const endpoints = {
    webhook: () => `${webhook.url}/mutate/${webhookSecret}?timeout=5s`,
    audit: (cluster: string) => `${audit.url}/clusters/${cluster}/audit`,
    falco: (cluster: string) => `${falco.url}/clusters/${cluster}/falco`,
    ingestToken: tokenOf,
    dispatcher,
  };
  const load = new Load({ word: 'n1', truth, endpoints, clusters: [{ cluster: 'alpha', rate: RATE, skew: 0 }] });
  await sleep(SECONDS * 1000);
  await load.stop();
  await load.settle();
  await sleep(4000);
  await bus.idle();
  const seen = view.seen();
  const score = scoreRow(truth.events, 1, seen.answers);
  expect([...load.complaints]).toEqual([]);
  expect(score).toMatchObject({ lost: 0, duplicates: 0, wrong: 0, missed: 0, ambiguous: 0, examples: [] });
  expect(score.sent).toBe(truth.events.length);
  expect(score.sent).toBeGreaterThanOrEqual(RATE * SECONDS * 0.9);
  expect(truth.sessions.length).toBeGreaterThan(0);
  expect(scoreAlerts(truth.events, 1, { onTopic: alerts, received: receiver.received })).toMatchObject({
    lostOnTopic: 0,
    lostAtReceiver: 0,
  });
  for (const service of [webhook, audit, falco, resolver, router] satisfies RunningService[]) await service.stop();
  await dispatcher.close();
  await receiver.close();
}, 60_000);
