import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchKafka } from '../servers.ts';
import { startService } from '../service.ts';
import { type Worker, startWorker } from '../worker.ts';
import type { Publishing } from './publish.ts';
import type { Asked, Taken } from './receiver.ts';
import { startSidekick } from './sidekick.ts';

/** What one way of delivering came to. */
export interface Delivered {
  readonly name: string;
  /** What the receiver took a second, from the first to the last. */
  readonly perSecond: number;
  readonly delivered: number;
  readonly asked: number;
}

const CONCURRENCY = 64;
/** Nothing for so long, in milliseconds, means that no more comes. */
const QUIET = 10_000;
const EVERY = 200;

/** Alerts through a router on Kafka to one receiver that takes so many milliseconds for each. */
export async function deliverByRouter(kafka: BenchKafka, { alerts, delay }: { alerts: number; delay: number }): Promise<Delivered> {
  const folder = mkdtempSync(join(tmpdir(), 'whoran-bench-'));
  const receiver = startWorker<Asked, Taken>('./routing/receiver.ts');
  const publisher = startWorker<Publishing, unknown>('./routing/publish.ts');
  try {
    const { url } = await receiver.ask({ delay });
    const [word, routes] = [`bench-${delay}`, join(folder, 'routes.yaml')];
    // A receiver's name is its place on the topic: each measurement begins anew.
    writeFileSync(routes, routesTo(word, url));
    const router = await startService('alert-router', 'WHORAN_ROUTER_PORT', {
      WHORAN_KAFKA_BROKERS: kafka.brokers.join(','),
      WHORAN_KAFKA_TOPIC_PREFIX: kafka.prefix,
      WHORAN_ROUTER_ROUTES_FILE: routes,
    });
    await publisher.ask({ brokers: kafka.brokers, prefix: kafka.prefix, word, events: alerts });
    const delivered = await untilQuiet(receiver, alerts);
    await router.stop();
    return { name: `alert-router, receiver at ${delay} ms`, ...delivered, asked: alerts };
  } finally {
    await Promise.all([receiver.stop(), publisher.stop()]);
    rmSync(folder, { recursive: true });
  }
}

/** The same number of alerts posted to falcosidekick, with the same receiver as its webhook. */
export async function deliverBySidekick(program: string, { alerts, delay }: { alerts: number; delay: number }): Promise<Delivered> {
  const receiver = startWorker<Asked, Taken>('./routing/receiver.ts');
  try {
    const { url } = await receiver.ask({ delay });
    const sidekick = await startSidekick(program, url);
    await sidekick.post(alerts);
    const delivered = await untilQuiet(receiver, alerts);
    await sidekick.stop();
    return { name: `falcosidekick, receiver at ${delay} ms`, ...delivered, asked: alerts };
  } finally {
    await receiver.stop();
  }
}

async function untilQuiet(receiver: Worker<Asked, Taken>, alerts: number): Promise<Pick<Delivered, 'perSecond' | 'delivered'>> {
  let taken = await receiver.ask({ wait: EVERY });
  for (let quiet = 0; taken.requests < alerts && quiet < QUIET;) {
    const next = await receiver.ask({ wait: EVERY });
    quiet = next.requests === taken.requests && next.requests > 0 ? quiet + EVERY : 0;
    taken = next;
  }
  return { delivered: taken.requests, perSecond: Math.round((taken.requests * 1000) / taken.span) };
}

function routesTo(name: string, url: string): string {
  return `route: { receiver: ${name} }\nreceivers: [{ name: ${name}, queue: { concurrency: ${CONCURRENCY} }, webhook: { url: '${url}' } }]\n`;
}
