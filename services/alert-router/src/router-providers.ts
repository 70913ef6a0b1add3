import type { Provider } from '@nestjs/common';
import { Bus } from '@whoran/bus';
import type { Alert } from '@whoran/contracts';
import { Clock, Logger } from '@whoran/kernel';
import { Health, Shutdown, Tracing } from '@whoran/service-kit';
import type { AlertRouterConfig } from './alert-router.config.ts';
import { Receivers } from './delivery/receivers.ts';
import { DispatchMetrics } from './dispatch/dispatch-metrics.ts';
import { Dispatcher } from './dispatch/dispatcher.ts';
import { openDispatchStore, openDispatcher } from './dispatch/open-dispatch.ts';
import { DispatchStore } from './dispatch/state/dispatch-store.ts';
import { RouterMetrics } from './metrics.ts';
import { NotificationLog } from './notify/notification-log.ts';
import { openNotificationLog } from './notify/open-notification-log.ts';
import { openReceivers } from './open-receivers.ts';
import { SharedRedis, openSharedRedis } from './open-shared-redis.ts';
import { openResponses } from './response/open-responses.ts';
import { ResponseMetrics } from './response/response-metrics.ts';
import { Responses } from './response/responses.ts';
import { openRecentAlerts, openSilenceStore } from './silences/open-silences.ts';
import { RecentAlerts } from './silences/recent-alerts.ts';
import { SilenceStore } from './silences/silence-store.ts';

/** What routers remember: in Redis, which they share, or in memory. */
export function stateProviders(config: AlertRouterConfig): readonly Provider[] {
  return [
    {
      provide: SharedRedis,
      inject: [Logger, Health, Shutdown],
      useFactory: (logger: Logger, health: Health, shutdown: Shutdown) => openSharedRedis(config, { logger, health, shutdown }),
    },
    {
      provide: NotificationLog,
      inject: [SharedRedis, Clock],
      useFactory: (redis: SharedRedis, clock: Clock) => openNotificationLog(config, redis, clock),
    },
    { provide: DispatchStore, inject: [SharedRedis], useFactory: (redis: SharedRedis) => openDispatchStore(config, redis) },
    {
      provide: SilenceStore,
      inject: [SharedRedis, Clock, Logger],
      useFactory: ({ client }: SharedRedis, clock: Clock, logger: Logger) => openSilenceStore({ redis: client, clock, logger }),
    },
    {
      provide: RecentAlerts,
      inject: [SharedRedis, Clock, Logger],
      useFactory: ({ client }: SharedRedis, clock: Clock, logger: Logger) => openRecentAlerts({ redis: client, clock, logger }),
    },
  ];
}

/** The way from alerts to receivers. */
export function deliveryProviders(config: AlertRouterConfig): readonly Provider[] {
  return [
    DispatchMetrics,
    {
      provide: Receivers,
      inject: [Bus, Clock, Logger, RouterMetrics, Shutdown, Tracing, Responses],
      useFactory: (...[bus, clock, logger, metrics, shutdown, tracing, responses]: ReceiversNeed) =>
        openReceivers(config, { bus, clock, logger, metrics, shutdown, tracing, responses }),
    },
    {
      provide: Dispatcher,
      inject: [Bus, Clock, Logger, DispatchMetrics, Shutdown, Receivers, DispatchStore, SilenceStore, RecentAlerts],
      useFactory: (...[bus, clock, logger, metrics, shutdown, receivers, store, silences, recent]: DispatcherNeeds) => {
        const remember = (alerts: readonly Alert[]) => recent.remember(alerts);
        return openDispatcher({ bus, clock, logger, metrics, shutdown, receivers, store, silences, remember });
      },
    },
  ];
}

/** What is done about users. */
export function responseProviders(config: AlertRouterConfig): readonly Provider[] {
  return [
    ResponseMetrics,
    {
      provide: Responses,
      inject: [Bus, Clock, Logger, ResponseMetrics, Shutdown, SharedRedis],
      useFactory: (...[bus, clock, logger, metrics, shutdown, { client: redis }]: ResponsesNeed) =>
        openResponses(config, { bus, clock, logger, metrics, shutdown, redis }),
    },
  ];
}

type ReceiversNeed = [Bus, Clock, Logger, RouterMetrics, Shutdown, Tracing, Responses];
type DispatcherNeeds = [Bus, Clock, Logger, DispatchMetrics, Shutdown, Receivers, DispatchStore, SilenceStore, RecentAlerts];
type ResponsesNeed = [Bus, Clock, Logger, ResponseMetrics, Shutdown, SharedRedis];
