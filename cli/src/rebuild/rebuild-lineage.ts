import { readTopic } from '@whoran/bus-kafka';
import { type Topic, topics } from '@whoran/contracts';
import { type Logger, type Millis, SilentLogger } from '@whoran/kernel';
import { type KeptCounts, Rebuilder } from '@whoran/lineage';
import { RedisLineageStore } from '@whoran/lineage-redis';
import { openRedis } from '@whoran/redis';
import { kafkaAccess, redisAccess } from '@whoran/service-kit';
import { Failure } from '../failure.ts';
import type { RebuildSettings } from './rebuild-settings.ts';

/** What a rebuild read and saved. */
export interface Rebuilt extends KeptCounts {
  readonly read: number;
  /** Messages that are not as they should be; their services have made dead letters of them. */
  readonly unreadable: number;
}

/** How far back, and who hears how it goes. */
export interface RebuildRun {
  readonly since: Millis;
  readonly now: Millis;
  readonly onProgress: (topic: string, read: number) => void;
}

const CLIENT = 'whoran-rebuild';
const TOGETHER = 1_000;
const REDIS_PATIENCE: Millis = 10_000;
const LOGGER: Logger = new SilentLogger();

/** Makes what resolvers know again from the topics, while they run. Rejects with DependencyUnavailable. */
export async function rebuildLineage(settings: RebuildSettings, run: RebuildRun): Promise<Rebuilt> {
  const access = redisAccess(settings);
  if (!access) throw new Failure('there is no Redis to rebuild into');
  const redis = openRedis(access, { logger: LOGGER, connectionName: CLIENT });
  const store = new RedisLineageStore(redis, { logger: LOGGER, ttl: settings.sessionTtl });
  try {
    await untilConnected(() => redis.problem());
    const rebuilder = new Rebuilder({ ...settings, store, now: run.now });
    const counts = { read: 0, unreadable: 0 };
    const reader = { settings, run, counts };
    await readAll(reader, topics.execSessions, (reports) => rebuilder.takeReports(reports));
    await readAll(reader, topics.auditEvents, (events) => rebuilder.takeAudit(events));
    await readAll(reader, topics.falcoEvents, (events) => rebuilder.takeFalco(events));
    return { ...counts, ...(await rebuilder.save()) };
  } finally {
    await store.close();
  }
}

interface Reader {
  readonly settings: RebuildSettings;
  readonly run: RebuildRun;
  readonly counts: { read: number; unreadable: number };
}

async function readAll<T>({ settings, run, counts }: Reader, topic: Topic<T>, take: (events: readonly T[]) => void): Promise<void> {
  let read = 0;
  let batch: T[] = [];
  for await (const { event } of readTopic(kafkaAccess(settings, CLIENT), topic, { since: run.since })) {
    read += 1;
    if (event.ok) batch.push(event.value);
    else counts.unreadable += 1;
    if (batch.length < TOGETHER) continue;
    take(batch);
    batch = [];
    run.onProgress(topic.name, read);
  }
  take(batch);
  counts.read += read;
  run.onProgress(topic.name, read);
}

async function untilConnected(problem: () => string | undefined): Promise<void> {
  for (const end = performance.now() + REDIS_PATIENCE; problem() !== undefined;) {
    if (performance.now() > end) throw new Failure(`Redis does not answer: ${problem()}`, { retriable: true });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
