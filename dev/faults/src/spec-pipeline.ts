import { AlertRouterConfig, alertRouter } from '@whoran/alert-router';
import { AuditIngesterConfig, auditIngester } from '@whoran/audit-ingester';
import { InProcessBus } from '@whoran/bus';
import { encodeJson, topics } from '@whoran/contracts';
import { FalcoIngesterConfig, falcoIngester } from '@whoran/falco-ingester';
import { LineageResolverConfig, lineageResolver } from '@whoran/lineage-resolver';
import { JsonLogger, SystemClock, startService } from '@whoran/service-kit';
import { WebhookMutatorConfig, webhookMutator } from '@whoran/webhook-mutator';
import { Agent } from 'undici';
import type { Endpoints } from './load/endpoints.ts';
import type { Material } from './processes/material.ts';
import { ConsumerView } from './watch/consumer-view.ts';
import { readDelivery } from './watch/read-delivery.ts';

/** For specs: the services that attribute and alert, in this process, for one cluster, and a consumer of what they put out. */
export interface PipelineInSpec {
  readonly endpoints: Endpoints;
  readonly view: ConsumerView;
  stop(): Promise<void>;
}

/** For specs: starts them on a bus in memory and on free ports. */
export async function startPipelineInSpec(material: Material, cluster: string): Promise<PipelineInSpec> {
  const bus = new InProcessBus(new SystemClock());
  const platform = { bus, clock: new SystemClock(), logger: JsonLogger.open('error', {}) };
  const { credentialsFile, certificates, webhookSecret, publicKeys, routesFile, tokenOf } = material;
  const tls = { tlsCert: certificates.certFile, tlsKey: certificates.keyFile, secretPath: webhookSecret };
  const own = { cluster, port: 0, keys: material.keysOf(cluster), ...tls };
  const ingest = { port: 0, credentialsFile };
  const view = new ConsumerView();
  await consume(bus, view);
  const router = await startService(alertRouter, Object.assign(new AlertRouterConfig(), { port: 0, routesFile }), platform);
  const resolving = Object.assign(new LineageResolverConfig(), { port: 0, keysDir: publicKeys });
  const resolver = await startService(lineageResolver, resolving, platform);
  const falco = await startService(falcoIngester, Object.assign(new FalcoIngesterConfig(), ingest), platform);
  const audit = await startService(auditIngester, Object.assign(new AuditIngesterConfig(), ingest), platform);
  const webhook = await startService(webhookMutator, Object.assign(new WebhookMutatorConfig(), own), platform);
  const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
  return {
    view,
    endpoints: {
      webhook: () => `${webhook.url}/mutate/${webhookSecret}?timeout=5s`,
      audit: () => `${audit.url}/clusters/${cluster}/audit`,
      falco: () => `${falco.url}/clusters/${cluster}/falco`,
      ingestToken: tokenOf,
      dispatcher,
    },
    stop: async () => {
      for (const service of [webhook, audit, falco, resolver, router]) await service.stop();
      await dispatcher.close();
    },
  };
}

async function consume(bus: InProcessBus, view: ConsumerView): Promise<void> {
  await bus.subscribe({
    group: 'spec-events',
    topic: topics.attributedEvents,
    handle: async (events) => {
      for (const delivery of events.map((event) => readDelivery(encodeJson(event)))) if (delivery) view.takeEvent(delivery, Date.now());
    },
  });
  await bus.subscribe({
    group: 'spec-alerts',
    topic: topics.alerts,
    handle: async (alerts) => {
      for (const delivery of alerts.map((alert) => readDelivery(encodeJson(alert)))) if (delivery) view.takeAlert(delivery);
    },
  });
}
