/** A server compatible with a service of AWS that a spec has for itself. */
export interface AwsServer {
  readonly url: string;
  /** Asks it to end and waits. */
  stop(): Promise<void>;
  /** Freezes it: it takes connections and says nothing. */
  pause(): void;
  resume(): void;
}

/** A server compatible with S3. */
export interface S3Server extends AwsServer {
  /** The folder with a folder for every bucket, and the objects in them as files. */
  readonly objects: string;
}

/** How a server compatible with S3 is started. */
export interface S3ServerOptions {
  readonly identity: string;
  readonly credential: string;
  readonly buckets: readonly string[];
}

interface S3Module {
  startS3Proxy(options: S3ServerOptions): Promise<S3Server>;
}

interface SqsModule {
  startElasticMq(options: { readonly queues: readonly string[] }): Promise<AwsServer>;
}

// The tools are plain JavaScript, so that they run before anything is transpiled.
const tool = (name: string): string => new URL(`../../../tools/servers/${name}.mjs`, import.meta.url).href;

/** Starts an S3Proxy, which checks signatures. It ends with this process at the latest. */
export async function startS3(options: S3ServerOptions): Promise<S3Server> {
  const module = (await import(tool('s3proxy'))) as S3Module;
  return module.startS3Proxy(options);
}

/** Starts an ElasticMQ with queues; those that end in `.fifo` keep order. It ends with this process at the latest. */
export async function startSqs(queues: readonly string[]): Promise<AwsServer> {
  const module = (await import(tool('elasticmq'))) as SqsModule;
  return module.startElasticMq({ queues });
}
