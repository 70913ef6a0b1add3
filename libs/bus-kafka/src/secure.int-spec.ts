import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { topics } from '@whoran/contracts';
import { DependencyUnavailable } from '@whoran/kernel';
import { issueDevelopmentCertificates } from '@whoran/keyring';
import { type KafkaServer, eventually, startKafka } from '@whoran/testing';
import type { KafkaBusOptions } from './kafka-bus.ts';
import { listenTo, session } from './spec-support/listener.ts';
import { busOptions, makeTopics, openBus } from './spec-support/open-bus.ts';

const SECURE = 19_493;
const login = (mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512', password = 'secret') => ({ mechanism, username: 'jane', password });

/** A broker that takes anybody in clear on one port, and over TLS only who has a password on another. */
function secureBroker(folder: string, files: { readonly certFile: string; readonly keyFile: string }): Promise<KafkaServer> {
  const keyStore = join(folder, 'broker.pem');
  writeFileSync(keyStore, readFileSync(files.keyFile, 'utf8') + readFileSync(files.certFile, 'utf8'));
  const [plain, controller] = [SECURE + 1, SECURE + 2];
  return startKafka({
    port: plain,
    scram: ['SCRAM-SHA-256=[name=jane,password=secret]', 'SCRAM-SHA-512=[name=jane,password=secret]'],
    properties: {
      listeners: `PLAINTEXT://127.0.0.1:${plain},SASL_SSL://127.0.0.1:${SECURE},CONTROLLER://127.0.0.1:${controller}`,
      'controller.quorum.voters': `1@127.0.0.1:${controller}`,
      'advertised.listeners': `PLAINTEXT://127.0.0.1:${plain},SASL_SSL://127.0.0.1:${SECURE}`,
      'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL',
      'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
      'listener.name.sasl_ssl.plain.sasl.jaas.config':
        'org.apache.kafka.common.security.plain.PlainLoginModule required user_jane="secret";',
      'listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config': 'org.apache.kafka.common.security.scram.ScramLoginModule required;',
      'listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config': 'org.apache.kafka.common.security.scram.ScramLoginModule required;',
      'ssl.keystore.type': 'PEM',
      'ssl.keystore.location': keyStore,
    },
  });
}

describe('a broker that asks for TLS and a password', () => {
  jest.setTimeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), 'whoran-spec-'));
  let kafka: KafkaServer;
  let ca = '';
  let options: KafkaBusOptions;
  beforeAll(async () => {
    const files = await issueDevelopmentCertificates(folder, ['127.0.0.1']);
    ca = readFileSync(files.caFile, 'utf8');
    kafka = await secureBroker(folder, files);
    options = busOptions({ brokers: kafka.brokers });
    await makeTopics(options);
  }, 120_000);
  afterAll(async () => {
    await kafka.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const secure = (different: Partial<KafkaBusOptions>) => openBus({ ...options, brokers: [`127.0.0.1:${SECURE}`], ...different });

  it.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)('is published on and listened to with %s', async (mechanism) => {
    const { bus } = await secure({ tls: { ca }, sasl: login(mechanism) });
    const { seen } = await listenTo(bus, mechanism);
    await bus.publish(topics.execSessions, [session('pod', mechanism)]);
    await eventually(() => expect(seen.map(({ id }) => id)).toContain(mechanism));
    await bus.close();
  });

  it.each<[string, () => Partial<KafkaBusOptions>, RegExp]>([
    ['a wrong password', () => ({ tls: { ca }, sasl: login('scram-sha-256', 'wrong') }), /authentication/i],
    ['no password', () => ({ tls: { ca } }), /Kafka: cannot connect/],
    ['a CA that it does not know', () => ({ tls: {}, sasl: login('plain') }), /certificate/],
    ['no TLS', () => ({ sasl: login('plain') }), /Kafka: cannot connect/],
  ])('refuses %s, and the reason shows no password', async (_, different, reason) => {
    const refused = secure(different());
    await expect(refused).rejects.toThrow(DependencyUnavailable);
    await expect(refused).rejects.toThrow(reason);
    await expect(refused).rejects.not.toThrow(/secret|wrong/);
  });
});

describe('what is carried over', () => {
  jest.setTimeout(60_000);

  it.each(['gzip', 'zstd'] as const)('comes as it was through %s', async (compression) => {
    const options = busOptions({ compression });
    await makeTopics(options);
    const { bus } = await openBus(options);
    const { seen } = await listenTo(bus, 'g');
    const wanted = Array.from({ length: 300 }, (_, id) => session(`pod-${id % 5}`, id));
    await bus.publish(topics.execSessions, wanted);
    await eventually(() => expect(seen).toHaveLength(300));
    expect(seen.toSorted((a, b) => Number(a.id) - Number(b.id))).toEqual(wanted);
    await bus.close();
  });

  it('needs a package for snappy and lz4, and says which', async () => {
    await expect(openBus(busOptions({ compression: 'snappy' }))).rejects.toThrow(/kafkajs-snappy/);
    await expect(openBus(busOptions({ compression: 'lz4' }))).rejects.toThrow(/kafkajs-lz4/);
  });

  it('is refused for good when it is too large, while everything beside it arrives', async () => {
    const options = busOptions();
    await makeTopics(options);
    const { bus } = await openBus(options);
    const { seen } = await listenTo(bus, 'g');
    const large = { ...session('pod', 'large'), command: ['x'.repeat(7_000_000)] };
    const outcomes = await Promise.allSettled([
      bus.publish(topics.execSessions, [session('pod', 'before')]),
      bus.publish(topics.execSessions, [large]),
      bus.publish(topics.execSessions, [session('pod', 'after')]),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(outcomes[1]).toMatchObject({ reason: { code: 'WHORAN_MESSAGE_TOO_LARGE', retriable: false } });
    await eventually(() => expect(seen.map(({ id }) => id)).toEqual(['before', 'after']));
    expect(bus.health().away).toBeUndefined();
    await bus.close();
  });
});
