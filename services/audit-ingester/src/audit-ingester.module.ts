import { type DynamicModule, Module } from '@nestjs/common';
import { ingestProviders } from '@whoran/ingest';
import { Metrics, Tracing } from '@whoran/service-kit';
import type { AuditIngesterConfig } from './audit-ingester.config.ts';
import { AuditController } from './audit.controller.ts';
import { AuditPlan } from './audit-plan.ts';

/** The wiring of the audit ingester. */
@Module({})
export class AuditIngesterModule {
  static with(config: AuditIngesterConfig): DynamicModule {
    return {
      module: AuditIngesterModule,
      controllers: [AuditController],
      providers: [
        ...ingestProviders('audit-ingester', config),
        {
          provide: AuditPlan,
          inject: [Metrics, Tracing],
          useFactory: (metrics: Metrics, tracing: Tracing) => new AuditPlan(config, metrics, tracing),
        },
      ],
    };
  }
}
