import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { topics } from '@whoran/contracts';
import { DependencyUnavailable } from '@whoran/kernel';
import { type SecureKafka, eventually, startSecureKafka } from '@whoran/testing';
import type { KafkaBusOptions } from './kafka-bus.ts';
import { listenTo, session } from './spec-support/listener.ts';
import { busOptions, makeTopics, openBus } from './spec-support/open-bus.ts';

const login = (mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512', password = 'secret') => ({ mechanism, username: 'jane', password });

describe('a broker that asks for TLS and a password', () => {
  jest.setTimeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), 'whoran-spec-'));
  let kafka: SecureKafka;
  let ca = '';
  let options: KafkaBusOptions;
  beforeAll(async () => {
    kafka = await startSecureKafka(folder);
    ca = readFileSync(kafka.caFile, 'utf8');
    options = busOptions({ brokers: kafka.server.brokers });
    await makeTopics(options);
  }, 120_000);
  afterAll(async () => {
    await kafka.server.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const secure = (different: Partial<KafkaBusOptions>) => openBus({ ...options, brokers: kafka.secureBrokers, ...different });

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
