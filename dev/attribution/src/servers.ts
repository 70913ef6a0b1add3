import type { Servers } from './real-ground.ts';

/** What a replay is to run on. */
export interface Wanted {
  readonly kafka: boolean;
  readonly redis: boolean;
}

interface Started {
  readonly url?: string;
  readonly brokers?: readonly string[];
  stop(): Promise<void>;
}

/** Finds the servers that WHORAN_TEST_KAFKA_BROKERS and WHORAN_TEST_REDIS_URL name, and starts those that are not given. */
export async function findServers(wanted: Wanted, env: Readonly<Record<string, string | undefined>>) {
  const started: Started[] = [];
  const start = async (program: 'kafka' | 'redis'): Promise<Started> => {
    const module = (await import(new URL(`../../../tools/servers/${program}.mjs`, import.meta.url).href)) as {
      readonly startKafka: () => Promise<Started>;
      readonly startRedis: () => Promise<Started>;
    };
    const server = await (program === 'kafka' ? module.startKafka() : module.startRedis());
    started.push(server);
    return server;
  };
  const brokers = env['WHORAN_TEST_KAFKA_BROKERS']?.split(',');
  const servers: Servers = {
    kafka: wanted.kafka ? (brokers ?? (await start('kafka')).brokers) : undefined,
    redis: wanted.redis ? (env['WHORAN_TEST_REDIS_URL'] ?? (await start('redis')).url) : undefined,
  };
  const stop = async () => void (await Promise.all(started.map((server) => server.stop())));
  return { servers, stop };
}
