import { type TopicWishes, applyTopics, groupIdOf, planTopics } from '@whoran/bus-kafka';
import type { Topic } from '@whoran/contracts';
import kafkajs, { type Admin } from 'kafkajs';

/** A server for the length of a measurement. */
interface Started {
  stop(): Promise<void>;
}

/** A Kafka with the topics of whoran under a prefix of their own, which go when it is stopped. */
export interface BenchKafka extends Started {
  readonly brokers: readonly string[];
  readonly prefix: string;
  /** Lets a group begin anew. Nobody may be a member of it. */
  forgetGroup(group: string, topic: Pick<Topic<never>, 'name'>): Promise<void>;
}

/** The Kafka of WHORAN_TEST_KAFKA_BROKERS, or one that is started. */
export async function openKafka(wishes: Partial<TopicWishes> = {}): Promise<BenchKafka> {
  const given = process.env['WHORAN_TEST_KAFKA_BROKERS'];
  const own = given ? undefined : ((await start('kafka')) as Started & { readonly brokers: readonly string[] });
  const brokers = own?.brokers ?? (given ?? '').split(',');
  const prefix = `bench-${process.pid}.`;
  await applyTopics({ brokers, clientId: 'bench' }, planTopics({ prefix, replication: 1, minInSyncReplicas: 1, ...wishes }));
  return {
    brokers,
    prefix,
    forgetGroup: (group, topic) => asAdmin(brokers, async (admin) => void (await admin.deleteGroups([groupIdOf(prefix, group, topic)]))),
    stop: async () => {
      if (own) return own.stop();
      await asAdmin(brokers, async (admin) => {
        const mine = (await admin.listTopics()).filter((name) => name.startsWith(prefix));
        await admin.deleteTopics({ topics: mine });
      });
    },
  };
}

/** The Redis of WHORAN_TEST_REDIS_URL, or one that is started. */
export async function openRedis(): Promise<Started & { readonly url: string }> {
  const given = process.env['WHORAN_TEST_REDIS_URL'];
  if (given) return { url: given, stop: async () => undefined };
  return (await start('redis')) as Started & { readonly url: string };
}

async function start(name: 'kafka' | 'redis'): Promise<unknown> {
  // The tools are plain JavaScript, so that they run before anything is transpiled.
  const tools = (await import(new URL(`../../tools/servers/${name}.mjs`, import.meta.url).href)) as Record<string, () => Promise<unknown>>;
  return name === 'kafka' ? tools['startKafka']?.() : tools['startRedis']?.();
}

async function asAdmin(brokers: readonly string[], work: (admin: Admin) => Promise<void>): Promise<void> {
  const admin = new kafkajs.Kafka({ brokers: [...brokers], clientId: 'bench', logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.disconnect();
  }
}
