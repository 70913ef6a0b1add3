import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { Cluster, Redis } from 'ioredis';
import type { RedisAddress } from './redis-options.ts';

/** What the client library connects with. */
export type Connection = Redis | Cluster;

/** A connection that is silent for so long while commands wait for answers is given up, milliseconds. */
const SILENCE_LIMIT = 4_000;
const CONNECT_LIMIT = 3_000;
const DISCONNECT_LIMIT = 500;
const MAX_PAUSE = 2_000;
/** How often a cluster is asked who has which slot, milliseconds. It also tells whenever somebody is wrong about one. */
const SLOTS_INTERVAL = 30_000;

/** Milliseconds until the next attempt to connect, for ever: ever longer up to 2 s, and not at the same time as everybody else. */
export function reconnectPause(attempt: number): number {
  const pause = Math.min(25 * 2 ** Math.min(attempt, 10), MAX_PAUSE);
  return Math.round(pause / 2 + (Math.random() * pause) / 2);
}

/** Opens a connection in the background: the client library connects, and connects again, for as long as it takes. */
export function connect(address: RedisAddress, name: string): Connection {
  const common = { ...commonOptions(address), connectionName: name };
  const { target } = address;
  switch (target.kind) {
    case 'standalone': {
      const { place, database } = target;
      return new Redis({ ...common, ...withServerName(common.tls, place.host), ...place, db: database, retryStrategy: reconnectPause });
    }
    case 'sentinel':
      return new Redis({
        ...common,
        sentinels: [...target.sentinels],
        name: target.name,
        retryStrategy: reconnectPause,
        sentinelRetryStrategy: reconnectPause,
        sentinelReconnectStrategy: reconnectPause,
        sentinelCommandTimeout: CONNECT_LIMIT,
        updateSentinels: true,
        // The sentinels say at once when the primary is another: the old one may not notice that it is cut off.
        failoverDetector: true,
        ...(common.tls ? { sentinelTLS: common.tls, enableTLSForSentinelMode: true } : {}),
      });
    case 'cluster':
      return new Cluster([...target.nodes], {
        redisOptions: common,
        enableOfflineQueue: false,
        clusterRetryStrategy: reconnectPause,
        slotsRefreshTimeout: CONNECT_LIMIT,
        slotsRefreshInterval: SLOTS_INTERVAL,
        // Certificates are for host names, which a look-up here would replace by addresses.
        dnsLookup: (host, done) => done(null, host),
      });
  }
}

function commonOptions({ username, password, tls }: RedisAddress) {
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls === undefined ? {} : { tls: tls.ca === undefined ? {} : { ca: tls.ca } }),
    // Nothing here needs what is new in protocol 3, and proxies may not know it.
    protocol: 2,
    connectTimeout: CONNECT_LIMIT,
    disconnectTimeout: DISCONNECT_LIMIT,
    socketTimeout: SILENCE_LIMIT,
    // What is not answered is reported at once. The library would send it again later, when whoever asked has given up, and
    // after what was asked since then.
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    enableOfflineQueue: false,
    // Subscriptions are made again by whoever wants them, who must know that messages were missed.
    autoResubscribe: false,
    // The primary has become a replica: the next connection finds the new one.
    reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
  } as const;
}

function withServerName(tls: ConnectionOptions | undefined, host: string): { tls?: ConnectionOptions } {
  return tls === undefined || isIP(host) !== 0 ? {} : { tls: { ...tls, servername: host } };
}
