import type { RedisOptions, RedisPlace } from '@whoran/redis';
import { readPem } from './kafka-access.ts';
import type { StatefulConfig } from './stateful-config.ts';

/**
 * Where the settings say that Redis is, as `openRedis` takes it, or nothing when the state stays in memory. Throws ConfigInvalid
 * for a CA file that went away.
 */
export function redisAccess(settings: StatefulConfig): RedisOptions | undefined {
  const { redisUrl, redisUsername, redisPassword, redisCaFile } = settings;
  const place = placeIn(settings);
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

function placeIn(settings: StatefulConfig): Omit<RedisOptions, 'prefix'> | undefined {
  const { redisUrl, redisSentinels, redisSentinelName, redisClusterNodes } = settings;
  if (redisClusterNodes.length > 0) return { clusterNodes: redisClusterNodes.map(placeOf) };
  if (redisSentinels.length > 0) return { sentinels: redisSentinels.map(placeOf), sentinelName: redisSentinelName };
  return redisUrl === undefined ? undefined : { url: redisUrl };
}

/** The settings are checked by now: a colon and a port end every place. */
function placeOf(text: string): RedisPlace {
  const colon = text.lastIndexOf(':');
  return { host: text.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(text.slice(colon + 1)) };
}
