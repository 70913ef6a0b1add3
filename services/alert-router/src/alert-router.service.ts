import type { ServiceDefinition } from '@whoran/service-kit';
import { AlertRouterConfig } from './alert-router.config.ts';
import { AlertRouterModule } from './alert-router.module.ts';
import { Receivers } from './delivery/receivers.ts';
import { redelivery } from './delivery/redelivery.ts';

/** Health and metrics only: nothing is posted to the router. */
const BODY_LIMIT = 16_384;

/** The alert router: attributed events in, alerts to people out. */
export const alertRouter: ServiceDefinition<AlertRouterConfig> = {
  name: 'alert-router',
  config: AlertRouterConfig,
  module: (config) => AlertRouterModule.with(config),
  replays: (app) => redelivery(app.get(Receivers)),
  http: ({ host, port }) => ({ host, port, bodyLimit: BODY_LIMIT }),
};
