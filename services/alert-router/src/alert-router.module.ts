import type { DynamicModule } from '@nestjs/common';
import { Bus } from '@whoran/bus';
import type { Alert } from '@whoran/contracts';
import { Clock, Logger } from '@whoran/kernel';
import { Health, Shutdown, Tracing } from '@whoran/service-kit';
import { AlertRouterConfig } from './alert-router.config.ts';
import { AlertRouterConsumer } from './alert-router.consumer.ts';
import { Receivers } from './delivery/receivers.ts';
import { Dispatcher } from './dispatch/dispatcher.ts';
import { openDispatchStore, openDispatcher } from './dispatch/open-dispatch.ts';
import { DispatchStore } from './dispatch/state/dispatch-store.ts';
import { RouterMetrics } from './metrics.ts';
import { AlertRaiser } from './notify/alert-raiser.ts';
import { NotificationLog } from './notify/notification-log.ts';
import { NotificationPlanner } from './notify/notification-planner.ts';
import { openNotificationLog } from './notify/open-notification-log.ts';
import { openReceivers } from './open-receivers.ts';
import { SharedRedis, openSharedRedis } from './open-shared-redis.ts';
import { openResponses } from './response/open-responses.ts';
import { ResponseMetrics } from './response/response-metrics.ts';
import { ResponseController } from './response/response.controller.ts';
import { Responses } from './response/responses.ts';
import { Judge } from './rules/judge.ts';
import { openRules } from './rules/open-rules.ts';
import { Rules } from './rules/watch-rules.ts';
import { openRecentAlerts, openSilenceStore } from './silences/open-silences.ts';
import { SilencePreviewController } from './silences/preview.controller.ts';
import { RecentAlerts } from './silences/recent-alerts.ts';
import { SilenceStore } from './silences/silence-store.ts';
import { SilencesController } from './silences/silences.controller.ts';
import { Silences } from './silences/silences.ts';

type DispatcherNeeds = [Bus, Clock, Logger, RouterMetrics, Receivers, DispatchStore, SilenceStore, RecentAlerts, Shutdown];

/** Wires the alert router. */
export class AlertRouterModule {
  static with(config: AlertRouterConfig): DynamicModule {
    return {
      module: AlertRouterModule,
      controllers: [AlertRouterConsumer, ResponseController, SilencesController, SilencePreviewController],
      providers: [
        AlertRaiser,
        Judge,
        NotificationPlanner,
        ResponseMetrics,
        RouterMetrics,
        Silences,
        { provide: AlertRouterConfig, useValue: config },
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
        {
          provide: Dispatcher,
          inject: [Bus, Clock, Logger, RouterMetrics, Receivers, DispatchStore, SilenceStore, RecentAlerts, Shutdown],
          useFactory: (...[bus, clock, logger, metrics, receivers, store, silences, recent, shutdown]: DispatcherNeeds) => {
            const remember = (alerts: readonly Alert[]) => recent.remember(alerts);
            return openDispatcher({ bus, clock, logger, metrics, receivers, store, silences, remember, shutdown });
          },
        },
        {
          provide: Rules,
          inject: [Clock, Logger, RouterMetrics, Shutdown],
          useFactory: (clock: Clock, logger: Logger, metrics: RouterMetrics, shutdown: Shutdown) =>
            openRules(config, { clock, logger, metrics, shutdown }),
        },
        {
          provide: Receivers,
          inject: [Bus, Clock, Logger, RouterMetrics, Responses, Shutdown, Tracing],
          useFactory: (
            bus: Bus,
            clock: Clock,
            logger: Logger,
            metrics: RouterMetrics,
            responses: Responses,
            shutdown: Shutdown,
            tracing: Tracing,
          ) => openReceivers(config, { bus, clock, logger, metrics, responses, shutdown, tracing }),
        },
        {
          provide: Responses,
          inject: [Bus, Clock, Logger, ResponseMetrics, SharedRedis, Shutdown],
          useFactory: (bus: Bus, clock: Clock, logger: Logger, metrics: ResponseMetrics, redis: SharedRedis, shutdown: Shutdown) =>
            openResponses(config, { bus, clock, logger, metrics, redis: redis.client, shutdown }),
        },
      ],
    };
  }
}
