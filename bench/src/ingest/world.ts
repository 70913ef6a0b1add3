import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { applyTopics, planTopics } from '@whoran/bus-kafka';
import { profiling } from '../service.ts';

/** The Kafka of a bench, whose topics have a prefix of their own. */
export interface BenchKafka {
  readonly brokers: readonly string[];
  readonly prefix: string;
  stop(): Promise<void>;
}

/** The tools are plain JavaScript, so that they run before anything is transpiled. */
async function startKafka(): Promise<{ readonly brokers: readonly string[]; stop(): Promise<void> }> {
  const tools = (await import(new URL('../../../tools/servers/kafka.mjs', import.meta.url).href)) as { startKafka: typeof startKafka };
  return tools.startKafka();
}

/** The Kafka of WHORAN_TEST_KAFKA_BROKERS, or one that is started, with the topics of whoran. */
export async function openKafka(): Promise<BenchKafka> {
  const given = process.env['WHORAN_TEST_KAFKA_BROKERS'];
  const own = given ? undefined : await startKafka();
  const brokers = own?.brokers ?? (given ?? '').split(',');
  const prefix = `bench-${process.pid}.`;
  const plan = planTopics({ prefix, replication: 1, minInSyncReplicas: 1 });
  await applyTopics({ brokers, clientId: 'bench' }, plan);
  return { brokers, prefix, stop: async () => own?.stop() };
}

/** A service that runs as a process of its own. */
export interface BenchService {
  readonly url: string;
  readonly token: string;
  /** Of another cluster, `quiet`. */
  readonly quietToken: string;
  /** Seconds of processor time since it began. */
  cpuSeconds(): Promise<number>;
  stop(): Promise<void>;
}

const TOKEN = 'token-of-bench-0123456789';
const QUIET_TOKEN = 'token-of-quiet-0123456789';

/** Starts an ingester that takes events for the clusters `bench` and `quiet`, as in production with all of its parts. */
export async function startIngester(name: 'falco-ingester' | 'audit-ingester', kafka: BenchKafka): Promise<BenchService> {
  const folder = mkdtempSync(join(tmpdir(), 'whoran-bench-'));
  const credentials = join(folder, 'credentials.yaml');
  writeFileSync(credentials, `clusters: {bench: {tokens: [${TOKEN}]}, quiet: {tokens: [${QUIET_TOKEN}]}}`);
  const port = await freePort();
  const prefix = name === 'audit-ingester' ? 'WHORAN_AUDIT' : 'WHORAN_FALCO';
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const child = spawn('services/run', [name], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      ...profiling(),
      WHORAN_KAFKA_BROKERS: kafka.brokers.join(','),
      WHORAN_KAFKA_TOPIC_PREFIX: kafka.prefix,
      [`${prefix}_PORT`]: String(port),
      [`${prefix}_CREDENTIALS_FILE`]: credentials,
      [`${prefix}_SPOOL_DIR`]: join(folder, 'spool'),
    },
  });
  const url = `http://127.0.0.1:${port}`;
  await untilReady(url, child);
  return {
    url,
    token: TOKEN,
    quietToken: QUIET_TOKEN,
    cpuSeconds: async () => Number(/^process_cpu_seconds_total\S* (\S+)/m.exec(await (await fetch(`${url}/metrics`)).text())?.[1]),
    stop: async () => {
      await end(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    if (child.exitCode !== null) throw new Error(`the service ended with status ${child.exitCode}`);
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the service is not ready after 30 s');
}

async function end(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  if (child.exitCode === null) child.kill('SIGTERM');
  else return;
  await ended;
}
