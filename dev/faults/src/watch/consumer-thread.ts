/** A thread that consumes what the services put out, as any other system could, so that a busy load does not delay it. */
import { parentPort, workerData } from 'node:worker_threads';
import { type DeadLetter, parseJson, topics } from '@whoran/contracts';
import { Kafka, logLevel } from 'kafkajs';
import { ConsumerView, type Seen } from './consumer-view.ts';
import { readDelivery } from './read-delivery.ts';

/** Where the thread finds its topics. */
export interface ConsumerPlace {
  readonly brokers: readonly string[];
  readonly topicPrefix: string;
}

/** What the thread is told. */
export type ToConsumer = { readonly kind: 'begin'; readonly first: number } | { readonly kind: 'load-ended' } | { readonly kind: 'report' };

/** What the thread tells: a sign of life, and what it saw. */
export type FromConsumer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'progress'; readonly events: number; readonly lastAt: number }
  | { readonly kind: 'seen'; readonly seen: Seen };

const PROGRESS_EVERY = 200;
const MOST_BYTES = 4 * 1024 * 1024;

const { brokers, topicPrefix } = workerData as ConsumerPlace;
const view = new ConsumerView();
let lastAt = Date.now();
const tell = (message: FromConsumer) => parentPort?.postMessage(message);

parentPort?.on('message', (message: ToConsumer) => {
  if (message.kind === 'begin') view.begin(message.first, Date.now());
  else if (message.kind === 'load-ended') view.loadEnded(Date.now());
  else tell({ kind: 'seen', seen: view.seen() });
});

const takers: Readonly<Record<string, (text: string) => void>> = {
  [topicPrefix + topics.attributedEvents.name]: (text) => {
    const delivery = readDelivery(text);
    if (delivery) view.takeEvent(delivery, Date.now());
  },
  [topicPrefix + topics.alerts.name]: (text) => {
    const delivery = readDelivery(text);
    if (delivery) view.takeAlert(delivery);
  },
  [topicPrefix + topics.deadLetters.name]: (text) => {
    const letter = parseJson(text);
    if (!letter.ok) return;
    const { stage, reason } = letter.value as DeadLetter;
    view.takeDeadLetter(stage, reason);
  },
};

const retry = { initialRetryTime: 100, maxRetryTime: 1000, retries: 1_000_000 };
// A consumer that kafkajs restarts waits until its former session has run out, and that is no delay of whoran's.
const session = { sessionTimeout: 6000, heartbeatInterval: 500 };
const kafka = new Kafka({ clientId: 'faults-consumer', brokers: [...brokers], logLevel: logLevel.NOTHING, retry });
const consumer = kafka.consumer({
  groupId: `${topicPrefix}faults-consumer`,
  maxWaitTimeInMs: 100,
  maxBytes: MOST_BYTES,
  retry,
  ...session,
});
await consumer.connect();
await consumer.subscribe({ topics: Object.keys(takers), fromBeginning: true });
consumer.on(consumer.events.GROUP_JOIN, () => tell({ kind: 'ready' }));
await consumer.run({
  eachBatch: async ({ batch }) => {
    const take = takers[batch.topic];
    for (const { value } of batch.messages) take?.(value?.toString() ?? '');
    lastAt = Date.now();
  },
});
setInterval(() => tell({ kind: 'progress', events: view.size, lastAt }), PROGRESS_EVERY);
