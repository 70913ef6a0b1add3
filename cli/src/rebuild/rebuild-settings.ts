import { DEFAULT_PREFIX } from '@whoran/contracts';
import { ConfigInvalid, type Millis } from '@whoran/kernel';
import { type Environment, Setting, StatefulConfig, loadConfig, settingsOf } from '@whoran/service-kit';
import { IsInt, Matches, Min } from 'class-validator';
import { EXIT, Failure } from '../failure.ts';

/** What a rebuild is configured with: the same variables as the resolver's, so that it runs in the resolver's environment. */
export class RebuildSettings extends StatefulConfig {
  @Setting({ env: 'WHORAN_RESOLVER_PREFIX', kind: 'text', about: 'Prefix of the injected variables.' })
  @Matches(/^[A-Z_][A-Z0-9_]{0,63}$/)
  prefix = DEFAULT_PREFIX;

  @Setting({ env: 'WHORAN_RESOLVER_SESSION_TTL', kind: 'duration', about: 'How long sessions and their processes are remembered.' })
  @IsInt()
  @Min(60_000)
  sessionTtl: Millis = 86_400_000;

  @Setting({ env: 'WHORAN_RESOLVER_PROCESS_TTL', kind: 'duration', about: 'How long other processes are remembered.' })
  @IsInt()
  @Min(60_000)
  processTtl: Millis = 3_600_000;
}

/** Reads the settings; variables of other programs do not matter here. Throws Failure with every problem. */
export function readRebuildSettings(env: Environment): RebuildSettings {
  const names = [...settingsOf(RebuildSettings).values()].flatMap((spec) => [spec.env, `${spec.env}_FILE`]);
  const own = Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
  const check = ({ kafkaBrokers, redisUrl, redisSentinels, redisClusterNodes }: RebuildSettings) => [
    ...(kafkaBrokers.length > 0 ? [] : [missing('WHORAN_KAFKA_BROKERS', 'says where the topics are')]),
    ...(redisUrl !== undefined || redisSentinels.length + redisClusterNodes.length > 0
      ? []
      : [missing('WHORAN_REDIS_URL', 'says where the resolvers keep what they know')]),
  ];
  try {
    return loadConfig(RebuildSettings, own, { check });
  } catch (error) {
    if (!(error instanceof ConfigInvalid)) throw error;
    throw new Failure(`rebuild needs the settings of the resolver:\n${error.message}`, { status: EXIT.usage, cause: error });
  }
}

function missing(item: string, why: string) {
  return { code: 'missing-setting', item, message: `must be set: it ${why}` };
}
