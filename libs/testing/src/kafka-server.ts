/** A Kafka that a spec has for itself: one broker. */
export interface KafkaServer {
  readonly brokers: readonly string[];
  readonly port: number;
  /** Asks it to end and waits. */
  stop(): Promise<void>;
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>;
  /** Freezes it: it takes connections and says nothing. */
  pause(): void;
  resume(): void;
}

/** How a broker is started. */
export interface KafkaServerOptions {
  readonly port?: number;
  /** Where it keeps its data; without one it has a folder that goes with it. */
  readonly folder?: string;
  /** Settings of the broker, beside and before those that it has anyway. */
  readonly properties?: Readonly<Record<string, string | number | boolean>>;
  /** The most memory of its heap, as Java writes it. */
  readonly heap?: string;
  readonly javaOptions?: readonly string[];
  /** Users of a new broker, such as `SCRAM-SHA-256=[name=jane,password=secret]`. */
  readonly scram?: readonly string[];
}

interface ServerModule {
  startKafka(options: KafkaServerOptions): Promise<KafkaServer>;
}

/** Starts a Kafka. It ends with this process at the latest. */
export async function startKafka(options: KafkaServerOptions = {}): Promise<KafkaServer> {
  // The tools are plain JavaScript, so that they run before anything is transpiled.
  const path = new URL('../../../tools/servers/kafka.mjs', import.meta.url).href;
  const module = (await import(path)) as ServerModule;
  return module.startKafka(options);
}

/** The brokers of the Kafka that all specs share. Each uses a topic prefix of its own. Throws when there is none. */
export function sharedKafkaBrokers(): readonly string[] {
  const brokers = process.env['WHORAN_TEST_KAFKA_BROKERS'];
  if (brokers === undefined || brokers === '') {
    throw new Error(
      'WHORAN_TEST_KAFKA_BROKERS is not set: run this through `node tools/servers/with-servers.mjs -- <command>`, which starts a Kafka for it',
    );
  }
  return brokers.split(',');
}
