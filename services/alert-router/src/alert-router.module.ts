import type { DynamicModule } from '@nestjs/common';
import { Bus } from '@whoran/bus';
import { Clock, Logger } from '@whoran/kernel';
import { Health, Shutdown, Tracing } from '@whoran/service-kit';
import { AlertRouterConfig } from './alert-router.config.ts';
import { AlertRouterConsumer } from './alert-router.consumer.ts';
import { Receivers } from './delivery/receivers.ts';
import { Dispatcher } from './dispatch/dispatcher.ts';
import { RouterMetrics } from './metrics.ts';
import { AlertRaiser } from './notify/alert-raiser.ts';
import { NotificationLog } from './notify/notification-log.ts';
import { NotificationPlanner } from './notify/notification-planner.ts';
import { openNotificationLog } from './notify/open-notification-log.ts';
import { openReceivers } from './open-receivers.ts';
import { Judge } from './rules/judge.ts';
import { openRules } from './rules/open-rules.ts';
import { Rules } from './rules/watch-rules.ts';

/** Wires the alert router. */
export class AlertRouterModule {
  static with(config: AlertRouterConfig): DynamicModule {
    return {
      module: AlertRouterModule,
      controllers: [AlertRouterConsumer],
      providers: [
        AlertRaiser,
        Dispatcher,
        Judge,
        NotificationPlanner,
        RouterMetrics,
        { provide: AlertRouterConfig, useValue: config },
        {
          provide: NotificationLog,
          inject: [Clock, Logger, Health, Shutdown],
          useFactory: (clock: Clock, logger: Logger, health: Health, shutdown: Shutdown) =>
            openNotificationLog(config, { clock, logger, health, shutdown }),
        },
        {
          provide: Rules,
          inject: [Clock, Logger, RouterMetrics, Shutdown],
          useFactory: (clock: Clock, logger: Logger, metrics: RouterMetrics, shutdown: Shutdown) =>
            openRules(config, { clock, logger, metrics, shutdown }),
        },
        {
          provide: Receivers,
          inject: [Bus, Clock, Logger, RouterMetrics, Shutdown, Tracing],
          useFactory: (bus: Bus, clock: Clock, logger: Logger, metrics: RouterMetrics, shutdown: Shutdown, tracing: Tracing) =>
            openReceivers(config, { bus, clock, logger, metrics, shutdown, tracing }),
        },
      ],
    };
  }
}
