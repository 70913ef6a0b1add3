/** A Redis server that a spec has for itself. */
export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** Asks it to end and waits. */
  stop(): Promise<void>;
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>;
  /** Freezes it: it takes connections and says nothing. */
  pause(): void;
  resume(): void;
}

/** How a server is started. */
export interface RedisServerOptions {
  readonly port?: number;
  /** Where it keeps its data; without one it has a folder that goes with it. */
  readonly folder?: string;
  /** Arguments of redis-server. */
  readonly args?: readonly string[];
}

interface ServerModule {
  startRedis(options: RedisServerOptions): Promise<RedisServer>;
}

/** Starts a Redis server, without persistence unless the arguments ask for it. It ends with this process at the latest. */
export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  // The tools are plain JavaScript, so that they run before anything is transpiled.
  const path = new URL('../../../tools/servers/redis.mjs', import.meta.url).href;
  const module = (await import(path)) as ServerModule;
  return module.startRedis(options);
}

/** The Redis that all specs share. Each uses a prefix of its own. Throws when there is none. */
export function sharedRedisUrl(): string {
  const url = process.env['WHORAN_TEST_REDIS_URL'];
  if (url === undefined || url === '') {
    throw new Error(
      'WHORAN_TEST_REDIS_URL is not set: run this through `node tools/servers/with-servers.mjs -- <command>`, which starts a Redis for it',
    );
  }
  return url;
}
