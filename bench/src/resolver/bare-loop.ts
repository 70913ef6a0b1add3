/** A process with kafkajs alone: what it gets it sends on, byte for byte. Answers `look` with what it has done until then. */
import kafkajs from 'kafkajs';
import type { Mark } from './pace.ts';

/** What the parent process asks for. */
export type BareLoop =
  | { readonly kind: 'begin'; readonly brokers: readonly string[]; readonly from: string; readonly to: string; readonly group: string }
  | { readonly kind: 'look' };

let events = 0;

process.on('message', (question: BareLoop) => {
  if (question.kind === 'look') answer();
  else void begin(question).then(answer);
});

function answer(): void {
  const { user, system } = process.cpuUsage();
  const mark: Mark = { events, cpuSeconds: (user + system) / 1e6 };
  process.send?.(mark);
}

async function begin({ brokers, from, to, group }: BareLoop & { readonly kind: 'begin' }): Promise<void> {
  const kafka = new kafkajs.Kafka({ brokers: [...brokers], clientId: 'bench-bare', logLevel: kafkajs.logLevel.NOTHING });
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
  const consumer = kafka.consumer({ groupId: group });
  await Promise.all([producer.connect(), consumer.connect()]);
  await consumer.subscribe({ topics: [from], fromBeginning: true });
  await consumer.run({
    partitionsConsumedConcurrently: 4,
    eachBatch: async ({ batch }) => {
      const messages = batch.messages.map(({ key, value, headers }) => ({ key, value, headers: headers ?? {} }));
      await producer.sendBatch({ topicMessages: [{ topic: to, messages }], acks: -1 });
      events += messages.length;
    },
  });
}
