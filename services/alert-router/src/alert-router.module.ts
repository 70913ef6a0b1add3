import type { DynamicModule } from '@nestjs/common';
import { Clock, Logger } from '@whoran/kernel';
import { Shutdown } from '@whoran/service-kit';
import { AlertRouterConfig } from './alert-router.config.ts';
import { AlertRouterConsumer } from './alert-router.consumer.ts';
import { ApiGuard } from './api/api.guard.ts';
import { RouterMetrics } from './metrics.ts';
import { AlertRaiser } from './notify/alert-raiser.ts';
import { NotificationPlanner } from './notify/notification-planner.ts';
import { ResponseController } from './response/response.controller.ts';
import { deliveryProviders, responseProviders, stateProviders } from './router-providers.ts';
import { Judge } from './rules/judge.ts';
import { openRules } from './rules/open-rules.ts';
import { Rules } from './rules/watch-rules.ts';
import { SilencePreviewController } from './silences/preview.controller.ts';
import { SilencesController } from './silences/silences.controller.ts';
import { Silences } from './silences/silences.ts';

/** Wires the alert router. */
export class AlertRouterModule {
  static with(config: AlertRouterConfig): DynamicModule {
    return {
      module: AlertRouterModule,
      controllers: [AlertRouterConsumer, SilencesController, SilencePreviewController, ResponseController],
      providers: [
        AlertRaiser,
        ApiGuard,
        Judge,
        NotificationPlanner,
        RouterMetrics,
        Silences,
        { provide: AlertRouterConfig, useValue: config },
        {
          provide: Rules,
          inject: [Clock, Logger, RouterMetrics, Shutdown],
          useFactory: (clock: Clock, logger: Logger, metrics: RouterMetrics, shutdown: Shutdown) =>
            openRules(config, { clock, logger, metrics, shutdown }),
        },
        ...stateProviders(config),
        ...responseProviders(config),
        ...deliveryProviders(config),
      ],
    };
  }
}
