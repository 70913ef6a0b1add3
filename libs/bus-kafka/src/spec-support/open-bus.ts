import { randomUUID } from 'node:crypto';
import type { Topic } from '@whoran/contracts';
import { DependencyUnavailable, SilentLogger } from '@whoran/kernel';
import { SystemClock } from '@whoran/service-kit';
import { sharedKafkaBrokers } from '@whoran/testing';
import { Kafka, type Message, Partitioners, logLevel } from 'kafkajs';
import { applyTopics } from '../topics/apply-topics.ts';
import { planTopics } from '../topics/topic-plan.ts';
import { KafkaBus, type KafkaBusOptions } from '../kafka-bus.ts';

/** A bus whose publishing can be broken for a topic. */
export interface OpenedBus {
  readonly bus: KafkaBus;
  breakTopic(name: string | undefined): void;
}

/** Options for the shared Kafka, or another one, with a prefix that no other spec has. */
export function busOptions(different: Partial<KafkaBusOptions> = {}): KafkaBusOptions {
  return {
    brokers: different.brokers ?? sharedKafkaBrokers(),
    clientId: 'spec',
    topicPrefix: `spec-${randomUUID()}.`,
    compression: 'none',
    clock: new SystemClock(),
    logger: new SilentLogger(),
    ...different,
  };
}

/** Opens a bus. */
export async function openBus(options: KafkaBusOptions): Promise<OpenedBus> {
  const bus = await KafkaBus.connect(options);
  const publish = bus.publish.bind(bus);
  let broken: string | undefined;
  bus.publish = async <T>(topic: Topic<T>, events: readonly T[]) => {
    if (topic.name === broken) throw new DependencyUnavailable('the broker is away');
    return publish(topic, events);
  };
  return { bus, breakTopic: (name) => void (broken = name) };
}

/** Asks brokers for something, as an operator would. */
export async function asAdmin<R>(brokers: readonly string[], work: (admin: ReturnType<Kafka['admin']>) => Promise<R>): Promise<R> {
  const admin = new Kafka({ brokers: [...brokers], clientId: 'spec-admin', logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

/** Makes all topics, with few partitions. */
export async function makeTopics(options: KafkaBusOptions, partitions = 4): Promise<void> {
  await applyTopics(options, planTopics({ prefix: options.topicPrefix, partitions, replication: 1 }));
}

/** Writes a message as any other program may. */
export async function writeRaw(
  { brokers, topicPrefix }: KafkaBusOptions,
  topic: { readonly name: string },
  messages: Message[],
): Promise<void> {
  const producer = new Kafka({ brokers: [...brokers], clientId: 'spec-raw', logLevel: logLevel.NOTHING }).producer({
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  await producer.send({ topic: `${topicPrefix}${topic.name}`, messages });
  await producer.disconnect();
}

/** Removes what the specs made. */
export async function removeTopics({ brokers, topicPrefix }: KafkaBusOptions): Promise<void> {
  await asAdmin(brokers, async (admin) => {
    const mine = (await admin.listTopics()).filter((name) => name.startsWith(topicPrefix));
    await admin.deleteTopics({ topics: mine });
  });
}
