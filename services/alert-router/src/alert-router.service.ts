import type { ServiceDefinition } from '@whoran/service-kit';
import { AlertRouterConfig } from './alert-router.config.ts';
import { AlertRouterModule } from './alert-router.module.ts';
import { Receivers } from './delivery/receivers.ts';
import { redelivery } from './delivery/redelivery.ts';

/** A silence has a hundred matchers of 4096 characters at most, a request of a response less. */
const BODY_LIMIT = 1_048_576;

/** The alert router: attributed events in, alerts to people out. */
export const alertRouter: ServiceDefinition<AlertRouterConfig> = {
  name: 'alert-router',
  config: AlertRouterConfig,
  module: (config) => AlertRouterModule.with(config),
  replays: (app) => redelivery(app.get(Receivers)),
  http: ({ host, port }) => ({ host, port, bodyLimit: BODY_LIMIT }),
};
