import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyTopics, planTopics } from '@whoran/bus-kafka';
import { startService } from '../service.ts';

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
  const prefix = name === 'audit-ingester' ? 'WHORAN_AUDIT' : 'WHORAN_FALCO';
  const service = await startService(name, `${prefix}_PORT`, {
    WHORAN_LOG_LEVEL: 'info',
    WHORAN_KAFKA_BROKERS: kafka.brokers.join(','),
    WHORAN_KAFKA_TOPIC_PREFIX: kafka.prefix,
    [`${prefix}_CREDENTIALS_FILE`]: credentials,
    [`${prefix}_SPOOL_DIR`]: join(folder, 'spool'),
  });
  return {
    url: service.url,
    token: TOKEN,
    quietToken: QUIET_TOKEN,
    cpuSeconds: async () => (await service.metrics())('process_cpu_seconds_total'),
    stop: async () => {
      await service.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
