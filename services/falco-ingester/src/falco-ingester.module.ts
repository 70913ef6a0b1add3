import { type DynamicModule, Module } from '@nestjs/common';
import { ingestProviders } from '@whoran/ingest';
import { Metrics } from '@whoran/service-kit';
import type { FalcoIngesterConfig } from './falco-ingester.config.ts';
import { FalcoController } from './falco.controller.ts';
import { FalcoPlan } from './falco-plan.ts';

/** The wiring of the Falco ingester. */
@Module({})
export class FalcoIngesterModule {
  static with(config: FalcoIngesterConfig): DynamicModule {
    return {
      module: FalcoIngesterModule,
      controllers: [FalcoController],
      providers: [
        ...ingestProviders('falco-ingester', config),
        { provide: FalcoPlan, inject: [Metrics], useFactory: (metrics: Metrics) => new FalcoPlan(metrics) },
      ],
    };
  }
}
