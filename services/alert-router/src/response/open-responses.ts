import type { Bus } from '@whoran/bus';
import { type Clock, ConfigInvalid, type Issue, type Logger, printIssue } from '@whoran/kernel';
import { QuarantineList } from '@whoran/quarantine';
import type { RedisClient } from '@whoran/redis';
import { ResponseFile, type ResponseSettings, readResponseSettings } from '@whoran/response';
import type { Shutdown } from '@whoran/service-kit';
import { readYaml } from '@whoran/settings-file';
import type { AlertRouterConfig } from '../alert-router.config.ts';
import { parseApiTokens } from '../api/api-tokens.ts';
import { SettingsFiles } from '../files/settings-files.ts';
import { AdvanceResponse } from './advance-response.ts';
import { RedisBlockList, TopicBlockList } from './block-list.ts';
import { Clusters } from './cluster/clusters.ts';
import { RateCap } from './rate-cap.ts';
import { Responder } from './responder.ts';
import type { ResponseMetrics } from './response-metrics.ts';
import { Responses } from './responses.ts';
import { MemoryResponseStore } from './store/memory-response-store.ts';
import { RedisResponseStore } from './store/redis-response-store.ts';

interface Around {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: ResponseMetrics;
  /** Nothing: the state is in memory. */
  readonly redis: RedisClient | undefined;
  readonly shutdown: Shutdown;
}

const STOP_LIMIT = 15_000;

/** Opens what responds, if there is a response file. Throws ConfigInvalid with every problem of the file. */
export async function openResponses(config: AlertRouterConfig, around: Around): Promise<Responses> {
  if (config.responseFile === '') return new Responses(undefined);
  const { clock, logger, redis, shutdown } = around;
  const settings = loadSettings(config);
  const clusters = await Clusters.open(settings.clusters);
  shutdown.add('clusters', () => clusters.close());
  const blocks = redis ? new RedisBlockList(new QuarantineList(redis, clock)) : new TopicBlockList();
  const store = redis ? new RedisResponseStore(redis) : new MemoryResponseStore();
  const advance = new AdvanceResponse({ ...around, settings, blocks, clusters });
  const responder = new Responder({ settings, store, advance, automatic: new RateCap(settings.automatic.perHour), clock, logger });
  shutdown.add('responder', () => responder.close(), STOP_LIMIT);
  responder.start();
  return new Responses(responder);
}

function loadSettings({ responseFile, apiTokens }: AlertRouterConfig): ResponseSettings {
  const text = new SettingsFiles().read(responseFile);
  if (!text.ok) throw new ConfigInvalid(`WHORAN_ROUTER_RESPONSE_FILE: ${text.error}`);
  const refuse = (issues: readonly Issue[]) => new ConfigInvalid(issues.map((issue) => `${responseFile}: ${printIssue(issue)}`).join('\n'));
  const file = readYaml(text.value, ResponseFile);
  if (!file.ok) throw refuse(file.error);
  const settings = readResponseSettings(file.value.value);
  if (!settings.ok) throw refuse(settings.error.map((issue) => file.value.locate(issue)));
  const { approval } = settings.value;
  const known = new Set((parseApiTokens(apiTokens) ?? []).flatMap(({ name }) => name ?? []));
  if (approval.actions.size > 0 && known.size < approval.people) {
    const message = `/approval needs ${approval.people} people: give that many name:token entries in WHORAN_ROUTER_API_TOKENS`;
    throw new ConfigInvalid(`${responseFile}: ${message}`);
  }
  return settings.value;
}
