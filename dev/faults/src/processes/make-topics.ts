import { topics } from '@whoran/contracts';
import { Kafka, logLevel } from 'kafkajs';

/** Creates every topic of a prefix. */
export async function makeTopics(brokers: readonly string[], prefix: string): Promise<void> {
  const admin = new Kafka({ clientId: 'faults-topics', brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    await admin.createTopics({
      waitForLeaders: true,
      topics: Object.values(topics).map(({ name, compacted }) => ({
        topic: prefix + name,
        numPartitions: compacted ? 1 : 6,
        replicationFactor: 1,
        configEntries: compacted ? [{ name: 'cleanup.policy', value: 'compact' }] : [],
      })),
    });
  } finally {
    await admin.disconnect();
  }
}
