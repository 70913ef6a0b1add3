import { topics } from '@whoran/contracts';
import { Kafka, Partitioners, logLevel } from 'kafkajs';

/** Puts messages on topics that no service of ours would write. */
export class RawTopics {
  constructor(
    private readonly brokers: readonly string[],
    private readonly prefix: string,
  ) {}

  /** Messages to falco-events, each by its key. */
  async toFalcoEvents(messages: readonly { readonly key: string; readonly value: Buffer }[]): Promise<void> {
    const kafka = new Kafka({ clientId: 'faults-poison', brokers: [...this.brokers], logLevel: logLevel.NOTHING });
    const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    try {
      await producer.send({ topic: this.prefix + topics.falcoEvents.name, messages: [...messages] });
    } finally {
      await producer.disconnect();
    }
  }
}
