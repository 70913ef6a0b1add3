import type { Material } from './material.ts';
import type { ServicePlan } from './service-process.ts';

/** What the services of one deployment share. */
export interface Surroundings {
  readonly brokers: readonly string[];
  readonly redisUrl: string;
  readonly databaseUrl: string;
  /** In front of every topic, group and key, so that deployments do not meet. */
  readonly prefix: string;
  readonly clusters: readonly string[];
  readonly material: Material;
  readonly different: Different;
}

/** Settings that differ from the usual ones, by service. */
export type Different = Readonly<Partial<Record<ServiceName, Readonly<Record<string, string>>>>>;

/** The six services, in the order in which the table names them. */
export const SERVICES = ['webhook-mutator', 'audit-ingester', 'falco-ingester', 'lineage-resolver', 'alert-router', 'forensics'] as const;
/** One of the six. */
export type ServiceName = (typeof SERVICES)[number];

/** The processes of a deployment: one of each service, and of the webhook one for each cluster. */
export function plansOf(surroundings: Surroundings): readonly ServicePlan[] {
  const { material, clusters, databaseUrl, prefix, redisUrl } = surroundings;
  const redis = { WHORAN_REDIS_URL: redisUrl, WHORAN_REDIS_PREFIX: prefix.replace(/\W+$/, '') };
  const folder = (name: string) => `${material.folder}/${prefix}${name}`;
  const plan = planner(surroundings);
  return [
    ...clusters.map((cluster) => webhookPlan(surroundings, cluster, redis)),
    plan('audit-ingester', 'AUDIT', {
      WHORAN_AUDIT_CREDENTIALS_FILE: material.credentialsFile,
      WHORAN_AUDIT_SPOOL_DIR: folder('spool-audit'),
    }),
    plan('falco-ingester', 'FALCO', {
      WHORAN_FALCO_CREDENTIALS_FILE: material.credentialsFile,
      WHORAN_FALCO_SPOOL_DIR: folder('spool-falco'),
    }),
    plan('lineage-resolver', 'RESOLVER', { WHORAN_RESOLVER_KEYS_DIR: material.publicKeys, ...redis }),
    plan('alert-router', 'ROUTER', { WHORAN_ROUTER_ROUTES_FILE: material.routesFile, ...redis }),
    plan('forensics', 'FORENSICS', { WHORAN_FORENSICS_DATABASE_URL: databaseUrl }),
  ];
}

function webhookPlan(surroundings: Surroundings, cluster: string, redis: Readonly<Record<string, string>>): ServicePlan {
  const { certificates, keysOf, webhookSecret } = surroundings.material;
  const own = {
    WHORAN_WEBHOOK_CLUSTER: cluster,
    WHORAN_WEBHOOK_KEYS: keysOf(cluster),
    WHORAN_WEBHOOK_TLS_CERT: certificates.certFile,
    WHORAN_WEBHOOK_TLS_KEY: certificates.keyFile,
    WHORAN_WEBHOOK_SECRET_PATH: webhookSecret,
  };
  const plan = planner(surroundings)('webhook-mutator', 'WEBHOOK', { ...own, ...redis });
  return { ...plan, instance: `webhook-mutator-${cluster}`, scheme: 'https' };
}

function planner({ brokers, prefix, different }: Surroundings) {
  return (service: ServiceName, word: string, own: Readonly<Record<string, string>>): ServicePlan => ({
    service,
    instance: service,
    portSetting: `WHORAN_${word}_PORT`,
    scheme: 'http',
    hasFolder: service.endsWith('-ingester'),
    environment: {
      WHORAN_LOG_LEVEL: 'info',
      WHORAN_STOP_GRACE: '1s',
      WHORAN_KAFKA_BROKERS: brokers.join(','),
      WHORAN_KAFKA_TOPIC_PREFIX: prefix,
      ...own,
      ...different[service],
    },
  });
}
