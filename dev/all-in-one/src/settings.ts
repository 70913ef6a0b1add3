import { AlertRouterConfig } from '@whoran/alert-router';
import { AuditIngesterConfig } from '@whoran/audit-ingester';
import { FalcoIngesterConfig } from '@whoran/falco-ingester';
import { ForensicsConfig } from '@whoran/forensics';
import { ConfigInvalid, type Issue } from '@whoran/kernel';
import { LineageResolverConfig } from '@whoran/lineage-resolver';
import { CommonConfig, type Environment, StatefulConfig, loadConfig, settingsOf } from '@whoran/service-kit';
import { WebhookMutatorConfig } from '@whoran/webhook-mutator';
import { AllInOneConfig } from './all-in-one.config.ts';
import type { WantedPort } from './ports.ts';

const CLASSES = {
  own: AllInOneConfig,
  webhook: WebhookMutatorConfig,
  audit: AuditIngesterConfig,
  falco: FalcoIngesterConfig,
  resolver: LineageResolverConfig,
  router: AlertRouterConfig,
  forensics: ForensicsConfig,
} as const;

/** The settings of the six services, and the all-in-one's own. */
export type Settings = { readonly [Service in keyof typeof CLASSES]: InstanceType<(typeof CLASSES)[Service]> };

/** The settings of the six services. */
export type ServiceSettings = Omit<Settings, 'own'>;

/** What a cluster is called when nobody names it. */
export const DEFAULT_CLUSTER = 'local';

const RUN_APART = 'run the services apart for it (docs/operations/running-apart.md), or unset it';

/** Settings of the command-line client, which may stand in the same environment. */
const CLIENT = ['WHORAN_URL', 'WHORAN_TOKEN', 'WHORAN_TOKEN_FILE', 'WHORAN_ROUTER_URL', 'WHORAN_ROUTER_TOKEN', 'WHORAN_ROUTER_TOKEN_FILE'];

/**
 * Reads the settings of every service. Throws ConfigInvalid with the problems of all of them, one a line. `apart`: they are
 * for services that run by themselves, and so on Kafka.
 */
export function readSettings(env: Environment, { apart = false } = {}): Settings {
  const problems = new Set<string>();
  const all = { ...withoutClient(env), WHORAN_WEBHOOK_CLUSTER: env['WHORAN_WEBHOOK_CLUSTER'] || DEFAULT_CLUSTER };
  const read = <T extends object>(config: new () => T): T => {
    try {
      return loadConfig(config, all, { others: Object.values(CLASSES), ...(apart ? {} : { check: problemsOfOneProcess }) });
    } catch (error) {
      if (!(error instanceof ConfigInvalid)) throw error;
      for (const line of error.message.split('\n')) problems.add(line);
      return new config();
    }
  };
  const settings: Settings = {
    own: read(CLASSES.own),
    webhook: read(CLASSES.webhook),
    audit: read(CLASSES.audit),
    falco: read(CLASSES.falco),
    resolver: read(CLASSES.resolver),
    router: read(CLASSES.router),
    forensics: read(CLASSES.forensics),
  };
  if (problems.size > 0) throw new ConfigInvalid([...problems].join('\n'));
  return settings;
}

/** One process keeps its bus and its state to itself; whoever names a Kafka or a Redis wants something else. */
function problemsOfOneProcess(settings: object): readonly Issue[] {
  const useless = (item: string, isSet: boolean) =>
    isSet ? [{ code: 'not-in-one-process', item, message: `is not used when all services run in one process; ${RUN_APART}` }] : [];
  const redis = settings instanceof StatefulConfig ? settings : undefined;
  return [
    ...useless('WHORAN_KAFKA_BROKERS', settings instanceof CommonConfig && settings.kafkaBrokers.length > 0),
    ...useless('WHORAN_REDIS_URL', redis?.redisUrl !== undefined),
    ...useless('WHORAN_REDIS_SENTINELS', redis !== undefined && redis.redisSentinels.length > 0),
    ...useless('WHORAN_REDIS_CLUSTER_NODES', redis !== undefined && redis.redisClusterNodes.length > 0),
  ];
}

/** The variables of an environment that one service reads; any other it would refuse. */
export function variablesOf(service: keyof ServiceSettings, env: Environment): Environment {
  const specs = [...settingsOf(CLASSES[service]).values()];
  const names = new Set(specs.flatMap((spec) => [spec.env, ...(spec.kind === 'secret' ? [`${spec.env}_FILE`] : [])]));
  return Object.fromEntries(Object.entries(env).filter(([name]) => names.has(name)));
}

/** Where the services will listen. */
export function wantedPorts({ webhook, audit, falco, resolver, router, forensics }: ServiceSettings): readonly WantedPort[] {
  return [
    { service: 'webhook-mutator', ...webhook, setting: 'WHORAN_WEBHOOK_PORT' },
    { service: 'audit-ingester', ...audit, setting: 'WHORAN_AUDIT_PORT' },
    { service: 'falco-ingester', ...falco, setting: 'WHORAN_FALCO_PORT' },
    { service: 'lineage-resolver', ...resolver, setting: 'WHORAN_RESOLVER_PORT' },
    { service: 'alert-router', ...router, setting: 'WHORAN_ROUTER_PORT' },
    { service: 'forensics', ...forensics, setting: 'WHORAN_FORENSICS_PORT' },
  ].map(({ service, host, port, setting }) => ({ service, host, port, setting }));
}

function withoutClient(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !CLIENT.includes(name)));
}
