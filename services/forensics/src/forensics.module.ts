import type { DynamicModule } from '@nestjs/common';
import { Bus } from '@whoran/bus';
import { Clock, Logger } from '@whoran/kernel';
import { Health, Metrics, Shutdown } from '@whoran/service-kit';
import { AccessGuard, ChangeGuard } from './api/access.guard.ts';
import { ReportController } from './api/report.controller.ts';
import { SearchController } from './api/search.controller.ts';
import { TailController } from './api/tail.controller.ts';
import { DeadLetterChanges } from './dead-letters/dead-letter-changes.ts';
import { DeadLetterStore } from './dead-letters/dead-letter-store.ts';
import { DeadLettersController } from './dead-letters/dead-letters.controller.ts';
import { watchOpenLetters } from './dead-letters/open-letters-gauge.ts';
import { DeliveriesController } from './deliveries/deliveries.controller.ts';
import { DeliveryStore } from './deliveries/delivery-store.ts';
import { ForensicsConfig } from './forensics.config.ts';
import { ForensicsConsumer } from './forensics.consumer.ts';
import { loadRedactor } from './redact/load-redactor.ts';
import { RedactorPort } from './redact/redactor-port.ts';
import { ResponseStore } from './responses/response-store.ts';
import { ResponsesController } from './responses/responses.controller.ts';
import { startRetention } from './retention.ts';
import { openStore } from './store/open-store.ts';
import { Store } from './store/store.ts';
import { TailHub } from './tail-hub.ts';

const CLOSE_LIMIT = 10_000;

/** The wiring of forensics. */
export class ForensicsModule {
  static with(config: ForensicsConfig): DynamicModule {
    return {
      module: ForensicsModule,
      controllers: [
        ForensicsConsumer,
        SearchController,
        ReportController,
        TailController,
        DeadLettersController,
        DeliveriesController,
        ResponsesController,
      ],
      providers: [
        { provide: ForensicsConfig, useValue: config },
        { provide: RedactorPort, useValue: loadRedactor({ on: config.redact, file: config.redactFile }) },
        { provide: TailHub, useValue: new TailHub() },
        AccessGuard,
        ChangeGuard,
        {
          provide: DeadLetterStore,
          inject: [Store, Clock, Logger, Metrics, Shutdown],
          useFactory: ({ letters }: Store, clock: Clock, logger: Logger, metrics: Metrics, shutdown: Shutdown) => {
            watchOpenLetters({ letters, clock, logger, metrics, shutdown });
            return letters;
          },
        },
        { provide: DeliveryStore, inject: [Store], useFactory: ({ deliveries }: Store) => deliveries },
        { provide: ResponseStore, inject: [Store], useFactory: ({ responses }: Store) => responses },
        {
          provide: DeadLetterChanges,
          inject: [DeadLetterStore, Bus, Clock, Logger],
          useFactory: (letters: DeadLetterStore, bus: Bus, clock: Clock, logger: Logger) =>
            new DeadLetterChanges(letters, bus, clock, logger),
        },
        {
          provide: Store,
          inject: [Clock, Logger, Health, Shutdown],
          useFactory: (clock: Clock, logger: Logger, health: Health, shutdown: Shutdown) =>
            provideStore(config, { clock, logger, health, shutdown }),
        },
      ],
    };
  }
}

interface Platform {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly health: Health;
  readonly shutdown: Shutdown;
}

async function provideStore(config: ForensicsConfig, { clock, logger, health, shutdown }: Platform): Promise<Store> {
  const store = await openStore({ url: config.databaseUrl, folder: config.dataDir }, logger);
  shutdown.add('store', () => store.close(), CLOSE_LIMIT);
  health.add('store', () =>
    store.ping().then(
      () => undefined,
      () => 'the database does not answer',
    ),
  );
  startRetention({ store, clock, logger, shutdown, keep: config.retention });
  return store;
}
