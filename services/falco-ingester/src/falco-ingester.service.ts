import { followLog, ingestHttp, placeGate } from '@whoran/ingest';
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
  prepare: (app, config) => {
    placeGate(app);
    followLog(app, config, app.get(FalcoPlan));
  },
};
