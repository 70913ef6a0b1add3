import { ConfigInvalid } from '@whoran/kernel';
import type { HttpOptions, ServiceDefinition } from '@whoran/service-kit';
import { isLoopback } from './api/access.ts';
import { serveOpenApi } from './api/openapi.ts';
import { ForensicsConfig } from './forensics.config.ts';
import { ForensicsModule } from './forensics.module.ts';

/** Queries are in the URL; a request to change dead letters names 500 of them, of 128 characters each, at most. */
const BODY_LIMIT = 262_144;

/** Keeps what happened searchable: commands, sessions and alerts by user, place, time and text. */
export const forensics: ServiceDefinition<ForensicsConfig> = {
  name: 'forensics',
  config: ForensicsConfig,
  module: (config) => ForensicsModule.with(config),
  http: httpOptions,
  prepare: (app) => serveOpenApi(app),
};

function httpOptions({ host, port, token }: ForensicsConfig): HttpOptions {
  if (token === '' && !isLoopback(host)) {
    throw new ConfigInvalid(
      'WHORAN_FORENSICS_TOKEN: is needed because WHORAN_LISTEN_HOST opens the service to other machines: set a token of 16 characters or more, or listen on 127.0.0.1',
    );
  }
  return { host, port, bodyLimit: BODY_LIMIT };
}
