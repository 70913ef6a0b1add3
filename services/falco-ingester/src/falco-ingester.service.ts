import { Intake, followLog, ingestHttp, ingestReplays, placeGate } from '@whoran/ingest';
import type { ServiceDefinition } from '@whoran/service-kit';
import { FalcoIngesterConfig } from './falco-ingester.config.ts';
import { FalcoIngesterModule } from './falco-ingester.module.ts';
import { FalcoPlan } from './falco-plan.ts';

/** Takes the events of Falco and falcosidekick. */
export const falcoIngester: ServiceDefinition<FalcoIngesterConfig> = {
  name: 'falco-ingester',
  config: FalcoIngesterConfig,
  module: (config) => FalcoIngesterModule.with(config),
  http: ingestHttp,
  replays: (app) => ingestReplays(app.get(Intake), app.get(FalcoPlan)),
  prepare: (app, config) => {
    placeGate(app);
    followLog(app, config, app.get(FalcoPlan));
  },
};
