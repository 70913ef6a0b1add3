import { Intake, followLog, ingestHttp, ingestReplays, placeGate } from '@whoran/ingest';
import type { ServiceDefinition } from '@whoran/service-kit';
import { AuditIngesterConfig } from './audit-ingester.config.ts';
import { AuditIngesterModule } from './audit-ingester.module.ts';
import { AuditPlan } from './audit-plan.ts';

/** Takes the audit events of API servers, and tells of the exec sessions in them. */
export const auditIngester: ServiceDefinition<AuditIngesterConfig> = {
  name: 'audit-ingester',
  config: AuditIngesterConfig,
  module: (config) => AuditIngesterModule.with(config),
  http: ingestHttp,
  replays: (app) => ingestReplays(app.get(Intake), app.get(AuditPlan)),
  prepare: (app, config) => {
    placeGate(app);
    followLog(app, config, app.get(AuditPlan));
  },
};
