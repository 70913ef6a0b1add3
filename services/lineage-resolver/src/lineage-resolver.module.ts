import type { DynamicModule } from '@nestjs/common';
import { Bus } from '@whoran/bus';
import { Clock, Logger, printIssue } from '@whoran/kernel';
import { openVerifier } from '@whoran/keyring';
import { LineageStore } from '@whoran/lineage';
import { Health, Metrics, Shutdown, Tracing } from '@whoran/service-kit';
import type { LineageResolverConfig } from './lineage-resolver.config.ts';
import { LineageResolverConsumer } from './lineage-resolver.consumer.ts';
import { openLineageStore } from './open-store.ts';
import { Resolver } from './resolver.ts';

/** Wires the resolver: store, keys, and the handlers of its topics. */
export class LineageResolverModule {
  static with(config: LineageResolverConfig): DynamicModule {
    return {
      module: LineageResolverModule,
      controllers: [LineageResolverConsumer],
      providers: [
        {
          provide: LineageStore,
          inject: [Clock, Logger, Health, Shutdown],
          useFactory: (clock: Clock, logger: Logger, health: Health, shutdown: Shutdown) =>
            openLineageStore(config, { clock, logger, health, shutdown }),
        },
        {
          provide: Resolver,
          inject: [LineageStore, Bus, Clock, Logger, Metrics, Shutdown, Health, Tracing],
          useFactory: (...parts: Parts) => openResolver(config, parts),
        },
      ],
    };
  }
}

type Parts = [LineageStore, Bus, Clock, Logger, Metrics, Shutdown, Health, Tracing];

function openResolver(config: LineageResolverConfig, [store, bus, clock, logger, metrics, shutdown, health, tracing]: Parts): Resolver {
  const verifier = openVerifier(config.keysDir, {
    clock,
    onReload: (issues) => {
      if (issues.length > 0) logger.error('keys.reload-failed', { issues: issues.map(printIssue) });
      else resolver.keysChanged();
    },
  });
  const resolver = new Resolver({ store, verifier, bus, clock, logger, metrics, tracing }, config);
  health.add('keys', () => (verifier.size() === 0 ? `no public key in ${config.keysDir}: tokens cannot be verified` : undefined));
  shutdown.add('keys', () => verifier.close());
  shutdown.add('flush', () => resolver.flush());
  return resolver;
}
