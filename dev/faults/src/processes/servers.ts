import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** A server that somebody else wrote, and how to end it. */
interface RunningServer {
  readonly pid: number;
  readonly port: number;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

interface Options {
  readonly port?: number;
  readonly folder?: string;
  readonly args?: readonly string[];
  readonly heap?: string;
}

/** What tools/servers exports: it is JavaScript, so that it runs before anything is installed. */
interface Starters {
  startKafka(options: Options): Promise<RunningServer & { readonly brokers: readonly string[] }>;
  startRedis(options: Options): Promise<RunningServer & { readonly url: string }>;
  startPostgres(options?: Options): Promise<{ readonly url: string; stop(): Promise<void> }>;
}

/** A server that can be away for a while and comes back with what it kept. */
export class Interruptible {
  constructor(
    private readonly begin: (port?: number) => Promise<RunningServer>,
    private running: RunningServer,
  ) {}

  get pid(): number {
    return this.running.pid;
  }

  /** Ends it in order. */
  stop(): Promise<void> {
    return this.running.stop();
  }

  /** Starts it again where it was. */
  async start(): Promise<void> {
    this.running = await this.begin(this.running.port);
  }
}

/** The servers of a run: Apache Kafka, Redis and PostgreSQL, for real. */
export interface Servers {
  readonly brokers: readonly string[];
  readonly redisUrl: string;
  readonly postgresUrl: string;
  readonly kafka: Interruptible;
  readonly redis: Interruptible;
  stop(): Promise<void>;
}

/** Starts the three. Redis keeps what it has across a stop (append-only file), as one that matters does. */
export async function startServers(folder: string): Promise<Servers> {
  const { startKafka, startRedis, startPostgres } = await starters();
  const kafkaFolder = folderIn(folder, 'kafka');
  const redisFolder = folderIn(folder, 'redis');
  const beginKafka = (port?: number) => startKafka({ folder: kafkaFolder, ...(port === undefined ? {} : { port }) });
  const args = ['--appendonly', 'yes', '--appendfsync', 'everysec'];
  const beginRedis = (port?: number) => startRedis({ folder: redisFolder, args, ...(port === undefined ? {} : { port }) });
  const [kafka, redis, postgres] = await Promise.all([beginKafka(), beginRedis(), startPostgres()]);
  const interruptible = { kafka: new Interruptible(beginKafka, kafka), redis: new Interruptible(beginRedis, redis) };
  return {
    brokers: kafka.brokers,
    redisUrl: redis.url,
    postgresUrl: postgres.url,
    ...interruptible,
    stop: async () => {
      await Promise.allSettled([interruptible.kafka.stop(), interruptible.redis.stop(), postgres.stop()]);
    },
  };
}

function folderIn(folder: string, name: string): string {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  return path;
}

async function starters(): Promise<Starters> {
  const load = (name: string): Promise<unknown> => import(new URL(`../../../../tools/servers/${name}.mjs`, import.meta.url).href);
  return Object.assign({}, ...(await Promise.all(['kafka', 'redis', 'postgres'].map(load)))) as Starters;
}
