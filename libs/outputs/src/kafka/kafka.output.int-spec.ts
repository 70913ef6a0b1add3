import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeJson } from '@whoran/contracts';
import { SilentLogger } from '@whoran/kernel';
import { issueDevelopmentCertificates } from '@whoran/keyring';
import { falcoBody } from '@whoran/outputs';
import { type KafkaServer, aNotification, anAlert, eventually, freePort, sharedKafkaBrokers, startKafka } from '@whoran/testing';
import type { Kafka } from 'kafkajs';
import { attempt, openOutput } from '../spec-support/open-output.ts';
import { kafkaKind } from './kafka.output.ts';

const alert = anAlert();

async function clientOf(brokers: readonly string[]): Promise<Kafka> {
  const { openClient } = await import('@whoran/bus-kafka');
  return openClient({ brokers, clientId: 'spec' }, { retry: { retries: 5 }, requestTimeout: 5000, logger: new SilentLogger() });
}

async function makeTopic(client: Kafka, topic: string, settings: Readonly<Record<string, string>> = {}): Promise<void> {
  const admin = client.admin();
  await admin.connect();
  const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
  await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: 3, configEntries }] });
  await admin.disconnect();
}

/** What somebody else reads from the topic. */
async function read(client: Kafka, topic: string, atLeast: number) {
  const seen: { key: string | undefined; value: string | undefined; id: string | undefined }[] = [];
  const consumer = client.consumer({ groupId: randomUUID() });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message: { key, value, headers } }) => {
      seen.push({ key: key?.toString(), value: value?.toString(), id: headers?.['idempotency-key']?.toString() });
    },
  });
  await eventually(() => expect(seen.length).toBeGreaterThanOrEqual(atLeast));
  await consumer.disconnect();
  return seen;
}

describe('a topic of Kafka', () => {
  const topic = `spec-${randomUUID()}`;
  let client: Kafka;
  const open = (different: object = {}) => openOutput(kafkaKind, { brokers: sharedKafkaBrokers(), topic, ...different });

  beforeAll(async () => {
    client = await clientOf(sharedKafkaBrokers());
    await makeTopic(client, topic, { 'max.message.bytes': '20000' });
  });

  it('gets every alert once for each attempt, with the same key', async () => {
    const output = open({ compression: 'zstd' });
    const several = aNotification({ id: 'n 1', subject: 'group', alerts: [alert, anAlert({ rule: 'Other' })], total: 2 });
    expect(await Promise.all([attempt(output), attempt(output), attempt(output, several)])).toEqual(Array(3).fill({ kind: 'delivered' }));
    await output.close();
    const seen = await read(client, topic, 4);
    expect(seen.filter(({ key }) => key === alert.whoran.id)).toEqual(
      Array(2).fill({ key: alert.whoran.id, value: encodeJson(falcoBody(alert, false)), id: encodeURIComponent(aNotification().id) }),
    );
    expect(seen.filter(({ key }) => key === 'group').map(({ id }) => id)).toEqual(['n%201/0', 'n%201/1']);
  });
  it('refuses what is too large for it, and takes the next', async () => {
    const output = open();
    const large = aNotification({}, anAlert({ output_fields: { 'proc.cmdline': 'x'.repeat(100_000) } }));
    const cutting = open({ max_size: 19_000 });
    expect(await attempt(cutting, large)).toEqual({ kind: 'delivered' });
    await cutting.close();
    expect(await attempt(output, large)).toEqual({ kind: 'refused', error: expect.stringContaining(`Kafka topic ${topic}: `) });
    expect(await attempt(output)).toEqual({ kind: 'delivered' });
    await output.close();
  });
  it('is waited for when it does not exist', async () => {
    const missing = `spec-${randomUUID()}`;
    const output = open({ topic: missing });
    expect(await attempt(output)).toEqual({ kind: 'retry', error: `Kafka topic ${missing}: there is no such topic` });
    await makeTopic(client, missing);
    await eventually(async () => expect(await attempt(output)).toEqual({ kind: 'delivered' }));
    await output.close();
  });
});

describe('a Kafka that asks for TLS and a password', () => {
  const folder = mkdtempSync(join(tmpdir(), 'whoran-spec-'));
  const topic = 'alerts';
  let kafka: KafkaServer;
  let secure: string;
  let ca = '';

  beforeAll(async () => {
    const files = await issueDevelopmentCertificates(folder, ['127.0.0.1']);
    ca = readFileSync(files.caFile, 'utf8');
    const keyStore = join(folder, 'broker.pem');
    writeFileSync(keyStore, readFileSync(files.keyFile, 'utf8') + readFileSync(files.certFile, 'utf8'));
    const [plain, tls, controller] = [await freePort(), await freePort(), await freePort()];
    secure = `127.0.0.1:${tls}`;
    kafka = await startKafka({
      port: plain,
      heap: '256m',
      scram: ['SCRAM-SHA-512=[name=jane,password=hunter-2-secret]'],
      properties: {
        listeners: `PLAINTEXT://127.0.0.1:${plain},SASL_SSL://127.0.0.1:${tls},CONTROLLER://127.0.0.1:${controller}`,
        'controller.quorum.voters': `1@127.0.0.1:${controller}`,
        'advertised.listeners': `PLAINTEXT://127.0.0.1:${plain},SASL_SSL://127.0.0.1:${tls}`,
        'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL',
        'sasl.enabled.mechanisms': 'SCRAM-SHA-512',
        'listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config': 'org.apache.kafka.common.security.scram.ScramLoginModule required;',
        'ssl.keystore.type': 'PEM',
        'ssl.keystore.location': keyStore,
      },
    });
    await makeTopic(await clientOf(kafka.brokers), topic);
  }, 120_000);
  afterAll(async () => {
    await kafka.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const open = (password: string, trusted = ca) =>
    openOutput(
      kafkaKind,
      {
        brokers: [secure],
        topic,
        tls: { ca_file: '/ca' },
        sasl: { mechanism: 'scram-sha-512', username: 'jane', password_file: '/password' },
      },
      { files: { '/ca': trusted, '/password': password } },
    );

  it('is sent to with the password of the file', async () => {
    const output = open('hunter-2-secret');
    expect(await attempt(output)).toEqual({ kind: 'delivered' });
    expect(await read(await clientOf(kafka.brokers), topic, 1)).toHaveLength(1);
    // What was sent before it froze is not lost, and what is sent while it is frozen is tried again.
    kafka.pause();
    expect(await attempt(output, aNotification(), 300)).toEqual({ kind: 'retry', error: 'Kafka topic alerts: no answer in time' });
    kafka.resume();
    expect(await attempt(output)).toEqual({ kind: 'delivered' });
    await output.close();
  });
  it('refuses another, and the error shows neither', async () => {
    const output = open('wrong-password');
    const outcome = await attempt(output);
    expect(outcome).toEqual({ kind: 'refused', error: expect.stringMatching(/^Kafka topic alerts: .*authentication/i) });
    expect(JSON.stringify(outcome)).not.toMatch(/wrong-password|hunter/);
    await output.close();
  });
});

describe('a Kafka that is killed', () => {
  it('is sent to again when it is back, over the connections that it left behind', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'whoran-spec-'));
    const place = { folder, port: await freePort(), heap: '256m' };
    const before = await startKafka(place);
    await makeTopic(await clientOf(before.brokers), 'alerts');
    const output = openOutput(kafkaKind, { brokers: before.brokers, topic: 'alerts', timeout: '3s' });
    expect(await attempt(output)).toEqual({ kind: 'delivered' });
    await before.kill();
    expect(await attempt(output)).toMatchObject({ kind: 'retry' });
    const after = await startKafka(place);
    await eventually(async () => expect(await attempt(output, undefined, 3000)).toEqual({ kind: 'delivered' }), 60_000);
    expect((await read(await clientOf(after.brokers), 'alerts', 2)).length).toBeGreaterThanOrEqual(2);
    await output.close();
    await after.stop();
    rmSync(folder, { recursive: true, force: true });
  });
});
