import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { topics } from '@whoran/contracts';
import { type Comparison, compare, loadNow, printComparisons } from './goals.ts';
import { measureFlatness, printFlatness } from './resolver/measure-flatness.ts';
import type { BareLoop } from './resolver/bare-loop.ts';
import { type Mark, type Pace, measurePace } from './resolver/pace.ts';
import type { Prefill, Prefilled } from './resolver/prefill.ts';
import { type BenchKafka, openKafka, openRedis } from './servers.ts';
import { startService } from './service.ts';
import { startWorker } from './worker.ts';

/** How the resolver is measured. */
export interface ResolverBenchOptions {
  readonly events: number;
  readonly store?: Store;
  /** Whether to measure, too, what an event costs as live processes grow to a million. */
  readonly flat: boolean;
  readonly json: boolean;
}

/** Where the resolver keeps facts. */
export type Store = 'memory' | 'redis';

/** What the resolver is to reach of a loop that only passes on. */
const GOALS: Readonly<Record<Store, number>> = { memory: 0.5, redis: 0.4 };
const SIZE = { clusters: 3, nodesPerCluster: 8, sessionsOneIn: 3 };
const GROUP = 'lineage-resolver';

/** Measures the resolver as a service on Kafka, beside a loop of kafkajs that passes the same messages on. */
export async function benchResolver({ events, store, flat, json }: ResolverBenchOptions): Promise<void> {
  const before = loadNow();
  const kafka = await openKafka();
  const keys = mkdtempSync(join(tmpdir(), 'whoran-bench-'));
  try {
    const filled = await prefill(kafka, keys, events);
    const comparisons: Comparison[] = [];
    for (const one of ['memory', 'redis'] as const) {
      if (store !== undefined && store !== one) continue;
      const bare = await measureBare(kafka, filled.events);
      comparisons.push(compare(`resolver, ${one}`, await measureResolver(one, kafka, { keys, ...filled }), bare, GOALS[one]));
    }
    const flatness = flat ? await measureFlatness() : [];
    process.stdout.write(
      json
        ? `${JSON.stringify([...comparisons, ...flatness])}\n`
        : printComparisons(comparisons, 'bare loop', before) + (flat ? printFlatness(flatness) : ''),
    );
  } finally {
    rmSync(keys, { recursive: true });
    await kafka.stop();
  }
}

async function prefill({ brokers, prefix }: BenchKafka, keys: string, events: number): Promise<Prefilled> {
  const worker = startWorker<Prefill, Prefilled>('./resolver/prefill.ts');
  try {
    const filled = await worker.ask({ brokers, prefix, size: SIZE, events });
    writeFileSync(join(keys, 'sim.pub.pem'), filled.publicKey);
    return filled;
  } finally {
    await worker.stop();
  }
}

async function measureBare({ brokers, prefix }: BenchKafka, events: number): Promise<Pace> {
  const worker = startWorker<BareLoop, Mark>('./resolver/bare-loop.ts');
  try {
    // Nobody reads alerts here.
    const [from, to] = [prefix + topics.falcoEvents.name, prefix + topics.alerts.name];
    await worker.ask({ kind: 'begin', brokers, from, to, group: `${prefix}${randomUUID()}` });
    return await measurePace(() => worker.ask({ kind: 'look' }), events);
  } finally {
    await worker.stop();
  }
}

async function measureResolver(
  store: Store,
  kafka: BenchKafka,
  { keys, events }: { readonly keys: string; readonly events: number },
): Promise<Pace> {
  const redis = store === 'redis' ? await openRedis() : undefined;
  const service = await startService(GROUP, 'WHORAN_RESOLVER_PORT', {
    WHORAN_KAFKA_BROKERS: kafka.brokers.join(','),
    WHORAN_KAFKA_TOPIC_PREFIX: kafka.prefix,
    WHORAN_RESOLVER_KEYS_DIR: keys,
    ...(redis ? { WHORAN_REDIS_URL: redis.url, WHORAN_REDIS_PREFIX: kafka.prefix } : {}),
  });
  try {
    return await measurePace(async () => {
      const metrics = await service.metrics();
      const emitted = metrics('whoran_resolver_events_total', 'revised="false"');
      return { events: emitted, cpuSeconds: metrics('process_cpu_seconds_total') };
    }, events);
  } finally {
    await service.stop();
    for (const topic of [topics.falcoEvents, topics.execSessions, topics.auditEvents]) await kafka.forgetGroup(GROUP, topic);
    await redis?.stop();
  }
}
