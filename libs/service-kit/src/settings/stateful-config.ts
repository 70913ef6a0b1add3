import { IsBoolean, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { Setting } from './setting.ts';
import { CommonConfig } from './common-config.ts';
import { IsReadableFile } from './readable-file.ts';
import { Refuse } from './refuse.ts';

const PLACE = /^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252})):\d{1,5}$/;
const isGiven = ({ redisUrl, redisSentinels, redisClusterNodes }: StatefulConfig) =>
  redisUrl !== undefined || redisSentinels.length > 0 || redisClusterNodes.length > 0;

/** Settings of services whose replicas share state in Redis. Without any place of Redis the state is in memory and ends with the process. */
export class StatefulConfig extends CommonConfig {
  @Setting({
    env: 'WHORAN_REDIS_URL',
    kind: 'secret',
    about:
      'Redis for the state that replicas share: redis://host:6379/0, or rediss:// for TLS. Without it, and without sentinels and cluster nodes, the state is in memory: for one replica, and lost with it.',
  })
  @IsOptional()
  @Matches(/^rediss?:\/\/[^\s]{1,1000}$/, { message: 'must be a URL that begins with redis:// or rediss://' })
  redisUrl: string | undefined;

  @Setting({
    env: 'WHORAN_REDIS_SENTINELS',
    kind: 'list',
    about: 'Sentinels that know where the primary is, each host:port; instead of WHORAN_REDIS_URL.',
  })
  @Matches(PLACE, { each: true, message: 'each must be host:port' })
  @Refuse(
    'excludes WHORAN_REDIS_URL: set one of them',
    (all: StatefulConfig) => all.redisSentinels.length > 0 && all.redisUrl !== undefined,
  )
  redisSentinels: readonly string[] = [];

  @Setting({ env: 'WHORAN_REDIS_SENTINEL_NAME', kind: 'text', about: 'Name under which the sentinels know the primary, such as mymaster.' })
  @IsString()
  @Refuse('must be set with WHORAN_REDIS_SENTINELS', (all: StatefulConfig) => all.redisSentinels.length > 0 && all.redisSentinelName === '')
  redisSentinelName = '';

  @Setting({
    env: 'WHORAN_REDIS_CLUSTER_NODES',
    kind: 'list',
    about: 'Some nodes of a Redis Cluster, each host:port; instead of WHORAN_REDIS_URL.',
  })
  @Matches(PLACE, { each: true, message: 'each must be host:port' })
  @Refuse(
    'excludes WHORAN_REDIS_URL and WHORAN_REDIS_SENTINELS: set one of them',
    (all: StatefulConfig) => all.redisClusterNodes.length > 0 && (all.redisUrl !== undefined || all.redisSentinels.length > 0),
  )
  redisClusterNodes: readonly string[] = [];

  @Setting({ env: 'WHORAN_REDIS_USERNAME', kind: 'text', about: 'User of the ACL of Redis, when the URL does not name it.' })
  @IsString()
  @Refuse('must be set with WHORAN_REDIS_PASSWORD', (all: StatefulConfig) => all.redisUsername !== '' && all.redisPassword === '')
  redisUsername = '';

  @Setting({ env: 'WHORAN_REDIS_PASSWORD', kind: 'secret', about: 'Password of Redis, when the URL does not have it.' })
  @IsString()
  @Refuse(
    'is of no use without WHORAN_REDIS_URL, _SENTINELS or _CLUSTER_NODES',
    (all: StatefulConfig) => all.redisPassword !== '' && !isGiven(all),
  )
  redisPassword = '';

  @Setting({ env: 'WHORAN_REDIS_TLS', kind: 'boolean', about: 'Whether Redis is spoken to over TLS; a rediss:// URL says so too.' })
  @IsBoolean()
  redisTls = false;

  @Setting({
    env: 'WHORAN_REDIS_CA_FILE',
    kind: 'text',
    about: 'PEM file of the CAs that sign the certificate of Redis. Empty: those of Node.js.',
  })
  @IsReadableFile()
  @Refuse(
    'needs WHORAN_REDIS_TLS=true or a rediss:// URL',
    (all: StatefulConfig) => all.redisCaFile !== '' && !all.redisTls && all.redisUrl?.startsWith('rediss:') !== true,
  )
  redisCaFile = '';

  @Setting({
    env: 'WHORAN_REDIS_PREFIX',
    kind: 'text',
    about: 'First part of every key, so that deployments can share a Redis. The same for all services.',
  })
  @MaxLength(64)
  @Matches(/^[A-Za-z0-9._-]+$/, { message: 'must be letters, digits, ".", "_" and "-"' })
  redisPrefix = 'whoran';
}
