import type { ServiceDefinition } from '@whoran/service-kit';
import { LineageResolverConfig } from './lineage-resolver.config.ts';
import { LineageResolverModule } from './lineage-resolver.module.ts';
import { Resolver } from './resolver.ts';

export { LineageResolverConfig, Resolver };

/** Carries the user of an exec session to every descendant process. */
export const lineageResolver: ServiceDefinition<LineageResolverConfig> = {
  name: 'lineage-resolver',
  config: LineageResolverConfig,
  module: (config) => LineageResolverModule.with(config),
  http: (config) => ({ host: config.host, port: config.port, bodyLimit: 1024 }),
};
