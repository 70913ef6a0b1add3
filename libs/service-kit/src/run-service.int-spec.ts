import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { topics } from '@whoran/contracts';
import { SilentLogger } from '@whoran/kernel';
import { SystemClock } from '@whoran/service-kit';
import { type KafkaServer, anExecSession, eventually, sharedKafkaBrokers, startKafka, startSecureKafka } from '@whoran/testing';
import { type ServiceProcess, runProgram } from './spec-support/service-process.ts';

// As the library itself loads it: when it is used.
const { KafkaBus, applyTopics, planTopics } = await import('@whoran/bus-kafka');

// A process starts, joins its group, and is replaced by another one.
jest.setTimeout(180_000);

/** Prints each session that it handled, after a while. */
const program = `
import { setTimeout as wait } from 'node:timers/promises';
import { topics } from '@whoran/contracts';
import { CommonConfig, Consumer, On, runService } from '@whoran/service-kit';
class Slow {
  async on(sessions) {
    await wait(300);
    for (const { id } of sessions) process.stdout.write(id + '\\n');
  }
}
On(topics.execSessions)(Slow.prototype, 'on', Object.getOwnPropertyDescriptor(Slow.prototype, 'on'));
Consumer()(Slow);
void runService({ name: 'slow', config: CommonConfig, module: () => ({ module: class M {}, controllers: [Slow] }), http: (c) => ({ host: c.host, port: 0, bodyLimit: 10 }) });
`;

const topicPrefix = `spec-${randomUUID()}.`;
const wishes = { prefix: topicPrefix, partitions: 2, replication: 1, minInSyncReplicas: 1 };
let running: ServiceProcess[] = [];
let own: KafkaServer | undefined;
afterEach(async () => {
  for (const service of running) service.signal('SIGKILL');
  running = [];
  await own?.stop();
  own = undefined;
});

function start(brokers: readonly string[], settings: Readonly<Record<string, string>> = {}): ServiceProcess {
  const service = runProgram(program, { WHORAN_KAFKA_BROKERS: brokers.join(), WHORAN_KAFKA_TOPIC_PREFIX: topicPrefix, ...settings });
  running.push(service);
  return service;
}

async function publish(brokers: readonly string[], ids: readonly string[]): Promise<void> {
  const common = { clock: new SystemClock(), logger: new SilentLogger(), compression: 'none' as const };
  const bus = await KafkaBus.connect({ brokers, clientId: 'spec', topicPrefix, ...common });
  // One at a time, so that there are many batches.
  for (const id of ids) await bus.publish(topics.execSessions, [anExecSession({ id, pod: id })]);
  await bus.close();
}

const readiness = async (service: ServiceProcess) => {
  const answer = await fetch(`${await service.url}/readyz`);
  return `${answer.status} ${await answer.text()}`;
};
const untilReady = (service: ServiceProcess) => eventually(async () => expect(await readiness(service)).toBe('200 ok\n'), 60_000);

describe('a service on a real Kafka', () => {
  it('ends in the middle of its work with nothing lost and nothing done twice', async () => {
    const brokers = sharedKafkaBrokers();
    await applyTopics({ brokers, clientId: 'spec' }, planTopics(wishes));
    const first = start(brokers);
    await untilReady(first);
    const ids = Array.from({ length: 200 }, (_, index) => `s${index}`);
    const publishing = publish(brokers, ids);
    await eventually(() => expect(first.lines.length).toBeGreaterThan(0), 60_000);
    const began = performance.now();
    first.signal('SIGTERM');
    expect(await first.exit).toBe(0);
    expect(performance.now() - began).toBeLessThan(30_000);
    await publishing;
    const second = start(brokers);
    await untilReady(second);
    await eventually(() => expect(first.lines.length + second.lines.length).toBeGreaterThanOrEqual(ids.length), 60_000);
    second.signal('SIGTERM');
    expect(await second.exit).toBe(0);
    expect([...first.lines, ...second.lines].toSorted()).toEqual(ids.toSorted());
  });

  it('starts before Kafka does, says what it waits for, and works when Kafka is there', async () => {
    own = await startKafka({ heap: '256m' });
    const { brokers, port } = own;
    await own.stop();
    const service = start(brokers);
    expect(await readiness(service)).toMatch(/^503 bus: not connected yet/);
    expect((await fetch(`${await service.url}/livez`)).status).toBe(200);
    own = await startKafka({ heap: '256m', port });
    await eventually(async () => expect(await readiness(service)).toContain('whoran topics apply'), 60_000);
    await applyTopics({ brokers, clientId: 'spec' }, planTopics(wishes));
    await untilReady(service);
    await publish(brokers, ['a', 'b']);
    await eventually(() => expect([...service.lines].toSorted()).toEqual(['a', 'b']), 60_000);
    await own.kill();
    const began = performance.now();
    service.signal('SIGTERM');
    await service.exit;
    expect(performance.now() - began).toBeLessThan(30_000);
  });

  it('speaks to brokers that ask for TLS and a password as its settings say, and shows the password nowhere', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'whoran-spec-'));
    const passwordFile = join(folder, 'password');
    writeFileSync(passwordFile, 'secret\n');
    const { server, secureBrokers, caFile } = await startSecureKafka(folder);
    own = server;
    await applyTopics({ brokers: server.brokers, clientId: 'spec' }, planTopics(wishes));
    const login = { WHORAN_KAFKA_SASL_MECHANISM: 'scram-sha-512', WHORAN_KAFKA_SASL_USERNAME: 'jane' };
    const tls = { WHORAN_KAFKA_TLS: 'true', WHORAN_KAFKA_CA_FILE: caFile };
    const service = start(secureBrokers, { ...tls, ...login, WHORAN_KAFKA_SASL_PASSWORD_FILE: passwordFile });
    await untilReady(service);
    await publish(server.brokers, ['a']);
    await eventually(() => expect(service.lines).toEqual(['a']), 60_000);
    const refused = start(secureBrokers, { ...tls, ...login, WHORAN_KAFKA_SASL_PASSWORD: 'not-the-one' });
    await eventually(async () => expect(await readiness(refused)).toMatch(/^503 bus: .*authentication/i), 60_000);
    service.signal('SIGTERM');
    expect(await service.exit).toBe(0);
    expect(service.log() + refused.log()).not.toMatch(/secret|not-the-one/);
    rmSync(folder, { recursive: true });
  });
});
