import { readPem } from './kafka-access.ts';
import type { StatefulConfig } from './stateful-config.ts';

/** A host and its port. */
export interface Place {
  readonly host: string;
  readonly port: number;
}

/** How to reach Redis, with certificates as PEM texts: what `openRedis` takes. */
export interface RedisAccess {
  readonly url?: string;
  readonly sentinels?: readonly Place[];
  readonly sentinelName?: string;
  readonly clusterNodes?: readonly Place[];
  readonly username?: string;
  readonly password?: string;
  readonly tls?: { readonly ca?: string };
  readonly prefix: string;
}

/** Where the settings say that Redis is, or nothing when the state stays in memory. Throws ConfigInvalid for a CA file that went away. */
export function redisAccess(settings: StatefulConfig): RedisAccess | undefined {
  const { redisUrl, redisSentinels, redisSentinelName, redisClusterNodes, redisUsername, redisPassword, redisCaFile } = settings;
  const place =
    redisClusterNodes.length > 0
      ? { clusterNodes: redisClusterNodes.map(placeOf) }
      : redisSentinels.length > 0
        ? { sentinels: redisSentinels.map(placeOf), sentinelName: redisSentinelName }
        : redisUrl === undefined
          ? undefined
          : { url: redisUrl };
  if (!place) return undefined;
  const isTls = settings.redisTls || redisUrl?.startsWith('rediss:') === true;
  return {
    ...place,
    ...(redisUsername === '' ? {} : { username: redisUsername }),
    ...(redisPassword === '' ? {} : { password: redisPassword }),
    ...(isTls ? { tls: redisCaFile === '' ? {} : { ca: readPem('WHORAN_REDIS_CA_FILE', redisCaFile) } } : {}),
    prefix: settings.redisPrefix,
  };
}

/** The settings are checked by now: a colon and a port end every place. */
function placeOf(text: string): Place {
  const colon = text.lastIndexOf(':');
  return { host: text.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(text.slice(colon + 1)) };
}
