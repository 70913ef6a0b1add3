import { setTimeout as sleep } from 'node:timers/promises';
import { type Admin, Kafka, type KafkaJSError, logLevel } from 'kafkajs';

/** How many messages nobody has settled yet, by group and topic; those that have none are left out. */
export type Lag = Readonly<Record<string, number>>;

/** Asks Kafka what every group of a prefix has still to settle. */
export class LagReader {
  private constructor(
    private readonly admin: Admin,
    private readonly prefix: string,
  ) {}

  static async open(brokers: readonly string[], prefix: string): Promise<LagReader> {
    const retry = { initialRetryTime: 100, maxRetryTime: 1000, retries: 1_000_000 };
    const admin = new Kafka({ clientId: 'faults-lag', brokers: [...brokers], logLevel: logLevel.NOTHING, retry }).admin();
    await admin.connect();
    return new LagReader(admin, prefix);
  }

  async read(): Promise<Lag> {
    for (;;) {
      try {
        return await this.ask();
      } catch (error) {
        // A broker that has just started is still reading what groups there are.
        if (!(error as Partial<KafkaJSError>).retriable) throw error;
        await sleep(250);
      }
    }
  }

  async close(): Promise<void> {
    await this.admin.disconnect();
  }

  private async ask(): Promise<Lag> {
    const { groups } = await this.admin.listGroups();
    const ours = groups.map(({ groupId }) => groupId).filter((group) => group.startsWith(this.prefix));
    const lag: Record<string, number> = {};
    for (const group of ours) {
      for (const { topic, partitions } of await this.admin.fetchOffsets({ groupId: group })) {
        const ends = new Map((await this.admin.fetchTopicOffsets(topic)).map(({ partition, high }) => [partition, Number(high)]));
        // A partition that nobody has committed has offset -1: all of it is left.
        const left = partitions.reduce((sum, { partition, offset }) => sum + (ends.get(partition) ?? 0) - Math.max(0, Number(offset)), 0);
        if (left > 0) lag[`${group} ${topic}`] = left;
      }
    }
    return lag;
  }
}

/** The sum over all groups. */
export function totalOf(lag: Lag): number {
  return Object.values(lag).reduce((sum, messages) => sum + messages, 0);
}
