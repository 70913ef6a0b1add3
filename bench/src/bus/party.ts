/**
 * A process that publishes, or consumes, recorded Falco events: through the bus, with kafkajs alone, or with another client that
 * writes and reads them as the bus does, which is the least that a bus on it would do.
 */
import { readFileSync } from 'node:fs';
import { Consumer, ProduceAcks, Producer } from '@platformatic/kafka';
import { KafkaBus, encodeMessage } from '@whoran/bus-kafka';
import { type FalcoEvent, decode, encodeJson, parseJson, topics } from '@whoran/contracts';
import { SilentLogger } from '@whoran/kernel';
import { SystemClock } from '@whoran/service-kit';
import kafkajs from 'kafkajs';
import type { Pace } from '../resolver/pace.ts';

/** Our bus, kafkajs alone, or another client with our writing and reading. */
export type Through = 'bus' | 'kafkajs' | 'platformatic';

/** What the parent process asks for. */
export interface Party {
  readonly role: 'publish' | 'consume';
  readonly through: Through;
  readonly brokers: readonly string[];
  readonly prefix: string;
  readonly events: number;
}

const TOGETHER = 500;
const NODES = 16;
/** While code is compiled events do not count. */
const WARM_UP = 0.3;
const GROUP = 'bench-party';
/** As kafkajs does it by itself, milliseconds. */
const COMMIT_EVERY = 5000;

const WAYS: Readonly<Record<Party['role'], Readonly<Record<Through, (party: Party) => Promise<Pace>>>>> = {
  publish: { bus: publish, kafkajs: publishKafkajs, platformatic: publishPlatformatic },
  consume: { bus: consume, kafkajs: consumeKafkajs, platformatic: consumePlatformatic },
};

process.on('message', (party: Party) => void WAYS[party.role][party.through](party).then((pace) => process.send?.(pace)));

/** Counts events, and tells the pace when all are through. */
function meter(events: number) {
  let done = 0;
  let first: { readonly events: number; readonly at: number; readonly cpu: NodeJS.CpuUsage } | undefined;
  const finished = Promise.withResolvers<Pace>();
  return {
    pace: finished.promise,
    add: (more: number) => {
      done += more;
      if (done >= WARM_UP * events) first ??= { events: done, at: performance.now(), cpu: process.cpuUsage() };
      if (done < events || !first) return;
      const { user, system } = process.cpuUsage(first.cpu);
      const counted = done - first.events;
      finished.resolve({
        eventsPerSecond: Math.round((counted * 1000) / (performance.now() - first.at)),
        cpuMicrosPerEvent: Math.round(((user + system) * 10) / counted) / 10,
      });
    },
  };
}

async function publish(party: Party): Promise<Pace> {
  const [bus, batches] = [await openBus(party), recordedBatches()];
  const { pace, add } = meter(party.events);
  for (let sent = 0; sent < party.events; sent += TOGETHER) {
    await bus.publish(topics.falcoEvents, batches[(sent / TOGETHER) % batches.length] ?? []);
    add(TOGETHER);
  }
  await bus.close();
  return pace;
}

async function publishKafkajs({ events, prefix, ...party }: Party): Promise<Pace> {
  const producer = openKafkajs(party).producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  const batches = encodedBatches();
  const { pace, add } = meter(events);
  for (let sent = 0; sent < events; sent += TOGETHER) {
    await producer.send({ topic: prefix + topics.falcoEvents.name, messages: batches[(sent / TOGETHER) % batches.length] ?? [], acks: -1 });
    add(TOGETHER);
  }
  await producer.disconnect();
  return pace;
}

async function publishPlatformatic({ events, prefix, brokers }: Party): Promise<Pace> {
  const connection = { clientId: 'bench-bare', bootstrapBrokers: [...brokers] };
  const producer = new Producer({ ...connection, idempotent: true, acks: ProduceAcks.ALL });
  const topic = prefix + topics.falcoEvents.name;
  const batches = recordedBatches();
  const { pace, add } = meter(events);
  for (let sent = 0; sent < events; sent += TOGETHER) {
    const batch = batches[(sent / TOGETHER) % batches.length] ?? [];
    await producer.send({ messages: batch.map((event) => ({ topic, ...asBytes(event) })) });
    add(TOGETHER);
  }
  await producer.close();
  return pace;
}

/** As the bus writes it; this client takes bytes as they are without a serializer. */
function asBytes(event: FalcoEvent) {
  const { key, value, headers } = encodeMessage(topics.falcoEvents, event, undefined);
  return { key, value, headers: new Map(Object.entries(headers).map(([name, text]) => [nameAsBytes(name), Buffer.from(text)])) };
}

const names = new Map<string, Buffer>();

function nameAsBytes(name: string): Buffer {
  const bytes = names.get(name) ?? Buffer.from(name);
  names.set(name, bytes);
  return bytes;
}

async function consume(party: Party): Promise<Pace> {
  const bus = await openBus(party);
  const { pace, add } = meter(party.events);
  await bus.subscribe({ group: GROUP, topic: topics.falcoEvents, handle: async (batch) => void add(batch.length) });
  await pace;
  await bus.close();
  return pace;
}

async function consumeKafkajs({ events, prefix, ...party }: Party): Promise<Pace> {
  const consumer = openKafkajs(party).consumer({ groupId: `${prefix}${GROUP}-bare` });
  await consumer.connect();
  await consumer.subscribe({ topics: [prefix + topics.falcoEvents.name], fromBeginning: true });
  const { pace, add } = meter(events);
  await consumer.run({ partitionsConsumedConcurrently: 4, eachBatch: async ({ batch }) => add(batch.messages.length) });
  await pace;
  await consumer.disconnect();
  return pace;
}

async function consumePlatformatic({ events, prefix, brokers }: Party): Promise<Pace> {
  const consumer = new Consumer({ groupId: `${prefix}${GROUP}-platformatic`, clientId: 'bench-bare', bootstrapBrokers: [...brokers] });
  const { pace, add } = meter(events);
  const messages = await consumer.consume({ topics: [prefix + topics.falcoEvents.name], mode: 'earliest', autocommit: COMMIT_EVERY });
  messages.on('data', ({ value }) => {
    if (decode(topics.falcoEvents, value.toString()).ok) add(1);
  });
  await pace;
  await consumer.close(true);
  return pace;
}

function openBus({ brokers, prefix }: Party): Promise<KafkaBus> {
  const connection = { brokers, clientId: 'bench', topicPrefix: prefix, compression: 'none' as const };
  return KafkaBus.connect({ ...connection, clock: new SystemClock(), logger: new SilentLogger() });
}

function openKafkajs({ brokers }: Pick<Party, 'brokers'>) {
  return new kafkajs.Kafka({ brokers: [...brokers], clientId: 'bench-bare', logLevel: kafkajs.logLevel.NOTHING });
}

function encodedBatches() {
  return recordedBatches().map((batch) => batch.map((event) => ({ key: topics.falcoEvents.key(event), value: encodeJson(event) })));
}

/** The recorded events over several nodes, in batches as an ingester publishes them. */
function recordedBatches(): readonly (readonly FalcoEvent[])[] {
  const lines = readFileSync(new URL('../../../recordings/exec-a/falco.jsonl', import.meta.url), 'utf8')
    .trimEnd()
    .split('\n');
  const recorded = lines.map((line) => {
    const read = parseJson(line);
    if (!read.ok) throw new Error(read.error);
    return read.value as Omit<FalcoEvent, 'whoran'>;
  });
  return Array.from({ length: 4 }, (_, batch) =>
    Array.from({ length: TOGETHER }, (__, index) => {
      const at = batch * TOGETHER + index;
      const origin = { id: at.toString(16).padStart(32, '0'), cluster: 'bench', node: `node-${at % NODES}` };
      const event = recorded[at % recorded.length] as Omit<FalcoEvent, 'whoran'>;
      return { ...event, whoran: { ...origin, receivedAt: '2026-01-01T10:00:00.000Z' } };
    }),
  );
}
