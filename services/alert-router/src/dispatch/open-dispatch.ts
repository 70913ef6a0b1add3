import type { Bus } from '@whoran/bus';
import type { Clock, Logger } from '@whoran/kernel';
import type { Shutdown } from '@whoran/service-kit';
import type { AlertRouterConfig } from '../alert-router.config.ts';
import type { Receivers } from '../delivery/receivers.ts';
import type { SharedRedis } from '../open-shared-redis.ts';
import type { DispatchMetrics } from './dispatch-metrics.ts';
import { Dispatcher, type DispatcherHost } from './dispatcher.ts';
import { Flusher } from './flusher.ts';
import type { DispatchStore } from './state/dispatch-store.ts';
import { MemoryDispatchStore } from './state/memory-dispatch-store.ts';
import { RedisDispatchStore } from './state/redis-dispatch-store.ts';
import { Teller } from './teller.ts';

/** What dispatching is made of. */
export interface DispatchParts extends Pick<DispatcherHost, 'silences' | 'remember'> {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: DispatchMetrics;
  readonly receivers: Receivers;
  readonly shutdown: Shutdown;
  readonly store: DispatchStore;
}

/** Opens the memory of groups and rates that routers share in Redis, or one in memory when no Redis is set. */
export function openDispatchStore({ maxGroups: groups }: AlertRouterConfig, { client }: SharedRedis): DispatchStore {
  return client ? new RedisDispatchStore(client, { groups }) : new MemoryDispatchStore({ groups });
}

/** Opens the way from alerts to notifications, and keeps telling what groups have to say until shutdown. */
export function openDispatcher(parts: DispatchParts): Dispatcher {
  const { receivers, shutdown } = parts;
  const routing = () => receivers.routing;
  const teller = new Teller({ ...parts, receivers: () => routing().receivers });
  const flusher = new Flusher({ ...parts, teller, routing });
  shutdown.add('groups', () => flusher.stop());
  return new Dispatcher({ ...parts, teller, routing });
}
