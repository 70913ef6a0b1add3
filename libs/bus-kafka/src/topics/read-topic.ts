import { randomUUID } from 'node:crypto';
import type { Topic } from '@whoran/contracts';
import { DependencyUnavailable, type Logger, type Millis, type Result, SilentLogger, err, ok } from '@whoran/kernel';
import type { Admin, Batch, Consumer, EachBatchPayload } from 'kafkajs';
import { type KafkaConnection, openClient } from '../client/kafka-connection.ts';
import { loadCompression } from '../client/compression.ts';
import { asUnavailable } from '../client/kafka-error.ts';
import { withAdmin } from '../client/with-admin.ts';
import { receive } from '../consume/received.ts';
import { topicNameOf } from '../names.ts';
import { type HandOver, openHandOver } from './hand-over.ts';

/** An event as a topic keeps it. */
export interface StoredEvent<T> {
  readonly partition: number;
  readonly offset: string;
  /** When it was written. */
  readonly writtenAt: Millis;
  /** The event, or why it cannot be read. */
  readonly event: Result<T, string>;
}

/** What is read of a topic. */
export interface ReadOptions {
  /** Skips what was written before. */
  readonly since?: Millis;
  readonly logger?: Logger;
}

/** What is left to read of a partition. */
interface Left {
  next: bigint;
  readonly end: bigint;
}

type Chunk = Pick<Batch, 'partition' | 'messages'>;

const TIMES = { sessionTimeout: 30_000, heartbeatInterval: 3000, rebalanceTimeout: 30_000 };
const RETRY = { initialRetryTime: 100, multiplier: 2, maxRetryTime: 2000, retries: 5 };
const REQUEST_TIMEOUT: Millis = 15_000;
const LONGEST_SILENCE: Millis = 60_000;

/**
 * Reads a topic from `since`, or from its oldest message, to where it ended when reading began; in order within a partition.
 * It goes as fast as its reader and keeps one fetch in memory. Rejects with DependencyUnavailable.
 */
export async function* readTopic<T>(
  connection: KafkaConnection & { readonly topicPrefix: string },
  topic: Topic<T>,
  { since, logger = new SilentLogger() }: ReadOptions = {},
): AsyncGenerator<StoredEvent<T>, void, void> {
  const name = topicNameOf(connection.topicPrefix, topic);
  const asking = { logger, doing: `read ${name}` };
  await loadCompression('none');
  const left = await withAdmin(connection, asking, (admin) => leftToRead(admin, name, since));
  if (left.size === 0) return;
  // A group of its own, which nobody else joins, and which is forgotten at the end.
  const groupId = `${connection.topicPrefix}reader.${randomUUID()}`;
  const consumer = openClient(connection, { retry: RETRY, requestTimeout: REQUEST_TIMEOUT, logger }).consumer({
    groupId,
    ...TIMES,
    maxWaitTimeInMs: 200,
    retry: RETRY,
    allowAutoTopicCreation: false,
  });
  const chunks = openHandOver<Chunk>();
  const watch = watchSilence(chunks, name);
  try {
    await start(consumer, { name, left, chunks });
    for (let chunk = await chunks.take(); chunk !== undefined; chunk = await chunks.take()) {
      watch.heard();
      for (const raw of chunk.messages) {
        const { event } = receive(topic, chunk.partition, raw);
        yield {
          partition: chunk.partition,
          offset: raw.offset,
          writtenAt: Number(raw.timestamp),
          event: 'value' in event ? ok(event.value) : err(event.problem),
        };
      }
      watch.heard();
    }
  } catch (error) {
    throw asUnavailable(error, asking.doing);
  } finally {
    watch.stop();
    chunks.end();
    await consumer.disconnect();
    await withAdmin(connection, asking, (admin) => admin.deleteGroups([groupId])).catch(() => undefined); // brokers forget it later
  }
}

async function leftToRead(admin: Admin, name: string, since: Millis | undefined): Promise<Map<number, Left>> {
  const ends = await admin.fetchTopicOffsets(name);
  const begins = since === undefined ? [] : await admin.fetchTopicOffsetsByTimestamp(name, since);
  const left = new Map<number, Left>();
  for (const { partition, low, high } of ends) {
    const next = BigInt(begins.find((begin) => begin.partition === partition)?.offset ?? low);
    if (next < BigInt(high)) left.set(partition, { next, end: BigInt(high) });
  }
  return left;
}

interface Reading {
  readonly name: string;
  readonly left: Map<number, Left>;
  readonly chunks: HandOver<Chunk>;
}

async function start(consumer: Consumer, reading: Reading): Promise<void> {
  const { name, left, chunks } = reading;
  // After an outage, too, it goes on where it was.
  consumer.on(consumer.events.GROUP_JOIN, () => {
    for (const [partition, { next }] of left) consumer.seek({ topic: name, partition, offset: String(next) });
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (!payload.restart) chunks.end(payload.error);
  });
  await consumer.connect();
  await consumer.subscribe({ topics: [name], fromBeginning: true });
  await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: (payload) => pass(payload, reading) });
}

async function pass({ batch, heartbeat, resolveOffset, pause }: EachBatchPayload, { left, chunks }: Reading): Promise<void> {
  const { partition } = batch;
  const rest = left.get(partition);
  if (rest === undefined) {
    pause();
    return;
  }
  const messages = batch.messages.filter(({ offset }) => BigInt(offset) >= rest.next && BigInt(offset) < rest.end);
  // A reader may take its time. What a failing beat means shows at the next fetch.
  const beating = setInterval(() => void heartbeat().catch(() => undefined), TIMES.heartbeatInterval);
  await chunks.put({ partition, messages });
  clearInterval(beating);
  resolveOffset(batch.lastOffset());
  rest.next = BigInt(batch.lastOffset()) + 1n;
  if (rest.next >= rest.end) left.delete(partition);
  if (left.size === 0) chunks.end();
}

/** Ends the reading when nothing comes any more although there should be something. */
function watchSilence(chunks: HandOver<Chunk>, name: string): { heard(): void; stop(): void } {
  const giveUp = () => {
    chunks.end(new DependencyUnavailable(`Kafka: nothing came from ${name} for ${LONGEST_SILENCE / 1000} s`));
  };
  let timer = setTimeout(giveUp, LONGEST_SILENCE);
  return {
    heard() {
      clearTimeout(timer);
      timer = setTimeout(giveUp, LONGEST_SILENCE);
    },
    stop() {
      clearTimeout(timer);
    },
  };
}
