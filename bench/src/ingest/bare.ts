/** A process that does the least: answers every request with 200, or brings the same messages to Kafka with kafkajs alone. */
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import kafkajs from 'kafkajs';
import { type Case, SENDINGS, recordedEvents } from './bodies.ts';

/** What the parent process asks for. */
export type Bare =
  | { readonly kind: 'echo' }
  | {
      readonly kind: 'producer';
      readonly case: Case;
      readonly brokers: readonly string[];
      readonly topic: string;
      readonly seconds: number;
    };

/** The address of the echo, or events a second of the producer. */
export type BareAnswer = { readonly url: string } | { readonly eventsPerSecond: number };

process.on('message', (bare: Bare) => void (bare.kind === 'echo' ? echo() : produce(bare)).then((answer) => process.send?.(answer)));

function echo(): Promise<BareAnswer> {
  const server = createServer((request, response) => {
    request.on('data', () => undefined);
    request.on('end', () => response.writeHead(200, { 'content-type': 'application/json', 'content-length': 2 }).end('{}'));
  });
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })),
  );
}

/** Idempotent, all replicas, one request at a time: what the bus does, without anything around it. */
async function produce({ case: name, brokers, topic, seconds }: Bare & { readonly kind: 'producer' }): Promise<BareAnswer> {
  const kafka = new kafkajs.Kafka({ brokers: [...brokers], clientId: 'bench-bare', logLevel: kafkajs.logLevel.NOTHING });
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  const values = recordedEvents(name);
  const size = Math.max(200, SENDINGS[name].eventsPerBody);
  let [sent, at, began] = [0, 0, performance.now()];
  const warmUp = began + 2000;
  for (let warm = false; performance.now() - began < seconds * 1000;) {
    if (!warm && performance.now() > warmUp) [warm, sent, began] = [true, 0, performance.now()];
    const messages = Array.from({ length: size }, () => ({ key: `bench/node-${at % 16}`, value: values[(at += 1) % values.length] ?? '' }));
    await producer.send({ topic, messages, acks: -1 });
    sent += size;
  }
  const eventsPerSecond = Math.round((sent * 1000) / (performance.now() - began));
  await producer.disconnect();
  return { eventsPerSecond };
}
