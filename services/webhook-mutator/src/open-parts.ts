import type { Bus } from '@whoran/bus';
import type { Clock, Logger } from '@whoran/kernel';
import { printIssue } from '@whoran/kernel';
import { type Signer, openSigner } from '@whoran/keyring';
import { QuarantineList } from '@whoran/quarantine';
import { type RedisOptions, openRedis } from '@whoran/redis';
import { type Health, type Shutdown, redisAccess } from '@whoran/service-kit';
import type { WebhookMetrics } from './metrics.ts';
import { openKubernetesPodFacts } from './pods/kubernetes-pod-facts.ts';
import { NoPodFacts, type PodFacts } from './pods/pod-facts.ts';
import type { Policy } from './policy/policy.ts';
import { readPolicy } from './policy/read-policy.ts';
import { ExemptingQuarantine } from './quarantine/exempting-quarantine.ts';
import { FileQuarantine } from './quarantine/file-quarantine.ts';
import { CombinedQuarantine, type Quarantine } from './quarantine/quarantine.ts';
import { readQuarantine } from './quarantine/read-quarantine.ts';
import { RedisQuarantine } from './quarantine/redis-quarantine.ts';
import { SessionQueue } from './sessions/session-queue.ts';
import { type SettingsFile, openSettingsFile } from './settings-file/settings-file.ts';
import type { WebhookMutatorConfig } from './webhook-mutator.config.ts';

/** How long the bus may take for the last sessions when the service ends, milliseconds. */
const FLUSH_LIMIT = 10_000;

/** What every part of the service runs on. */
export interface Surroundings {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly shutdown: Shutdown;
  readonly metrics: WebhookMetrics;
}

/** Opens the policy file. */
export function openPolicy(config: WebhookMutatorConfig, around: Surroundings): SettingsFile<Policy> {
  const onLoad = (good: boolean) => around.metrics.settingsGood.set({ file: 'policy' }, good ? 1 : 0);
  return openSettingsFile({ path: config.policyFile, parse: readPolicy, ...around, onLoad });
}

/** Opens the quarantine: responses, the file and the list in Redis, whichever are set; all apply, and to nobody who is exempt. */
export async function openQuarantine(
  config: WebhookMutatorConfig,
  { responses, ...around }: Surroundings & { readonly responses: Quarantine },
): Promise<Quarantine> {
  const redis = redisAccess(config);
  const lists: Quarantine[] = [responses];
  if (config.quarantineFile !== undefined) lists.push(openFileQuarantine(config.quarantineFile, around));
  if (redis) lists.push(await openRedisQuarantine(config.cluster, redis, around));
  const exempt = { users: new Set(config.quarantineExemptUsers), groups: new Set(config.quarantineExemptGroups) };
  return new ExemptingQuarantine(new CombinedQuarantine(lists), exempt);
}

function openFileQuarantine(path: string, around: Surroundings): Quarantine {
  const onLoad = (good: boolean) => around.metrics.settingsGood.set({ file: 'quarantine' }, good ? 1 : 0);
  return new FileQuarantine(openSettingsFile({ path, parse: readQuarantine, ...around, onLoad }), around.clock);
}

/**
 * Waits seconds at most for the list. Without Redis the service starts, is ready, and blocks whom the file blocks: when it
 * refused to serve, execs would pass unseen and nobody would be blocked at all.
 */
async function openRedisQuarantine(cluster: string, access: RedisOptions, around: Surroundings): Promise<Quarantine> {
  const { clock, logger, shutdown, metrics } = around;
  const redis = openRedis(access, { logger, connectionName: 'whoran-webhook-mutator' });
  const list = new QuarantineList(redis, clock);
  const quarantine = new RedisQuarantine(list, { cluster, clock, logger, onState: (state) => metrics.quarantine(state) });
  shutdown.add('quarantine', async () => {
    quarantine.close();
    await redis.close();
  });
  await quarantine.look();
  return quarantine;
}

/** Opens the view of the cluster's pods. */
export async function openPodFacts(config: WebhookMutatorConfig, { clock, logger, shutdown, metrics }: Surroundings): Promise<PodFacts> {
  if (config.kubernetes === 'none') return new NoPodFacts();
  const kubeconfig = config.kubernetes === 'kubeconfig' && config.kubeconfig !== undefined ? { kubeconfig: config.kubeconfig } : {};
  return openKubernetesPodFacts({
    ...kubeconfig,
    limit: config.podLookup,
    clock,
    logger,
    shutdown,
    onLookup: (result) => metrics.lookup(result),
  });
}

/** Opens the queue to the bus; it is emptied when the service ends. */
export function openSessionQueue(config: WebhookMutatorConfig, bus: Bus, { clock, logger, shutdown, metrics }: Surroundings): SessionQueue {
  const queue = new SessionQueue({ bus, clock, logger, capacity: config.queue, onDrop: () => metrics.dropped.inc() });
  shutdown.add('session-queue', () => queue.flush(), FLUSH_LIMIT);
  return queue;
}

/** Opens the signing keys; without a usable one the service is not ready. */
export function openSigningKeys(config: WebhookMutatorConfig, health: Health, { clock, logger, shutdown }: Surroundings): Signer {
  const signer = openSigner(config.keys, {
    clock,
    minimumAge: config.keyMinimumAge,
    onReload: (issues) => {
      if (issues.length === 0) logger.info('keys.reloaded', { kid: signer.kid() });
      else logger.error('keys.reload-failed', { issues: issues.map(printIssue) });
    },
  });
  health.add('signing-key', () =>
    signer.kid() === undefined ? `no private key in ${config.keys}; make one with "whoran keys generate"` : undefined,
  );
  shutdown.add('keys', () => signer.close());
  return signer;
}
