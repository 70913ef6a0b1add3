import { alertRouter } from '@whoran/alert-router';
import { auditIngester } from '@whoran/audit-ingester';
import type { Bus, InProcessBus } from '@whoran/bus';
import { falcoIngester } from '@whoran/falco-ingester';
import { forensics } from '@whoran/forensics';
import type { Clock, Logger } from '@whoran/kernel';
import { lineageResolver } from '@whoran/lineage-resolver';
import { type Platform, type RunningService, startService } from '@whoran/service-kit';
import { webhookMutator } from '@whoran/webhook-mutator';
import type { ServiceSettings } from './settings.ts';

/** What the six services share. */
export interface Shared {
  readonly bus: InProcessBus;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What forensics listens to, when that is more than the bus. */
  readonly forensicsBus?: Bus;
}

/** The six services of one process. */
export interface RunningServices {
  readonly webhook: RunningService;
  readonly audit: RunningService;
  readonly falco: RunningService;
  readonly resolver: RunningService;
  readonly router: RunningService;
  readonly forensics: RunningService;
  /** Ends them: those that take input first, and each only when what it published has arrived. True if all ended in time. */
  stop(): Promise<boolean>;
}

/** Starts the services, those that others publish to first. When one cannot start, those that run are stopped. */
export async function startServices(
  settings: ServiceSettings,
  { bus, clock, logger, forensicsBus = bus }: Shared,
): Promise<RunningServices> {
  const running: RunningService[] = [];
  const stop = async () => {
    let clean = true;
    for (const service of running.toReversed()) {
      clean = (await service.stop()) && clean;
      await bus.idle();
    }
    return clean;
  };
  const start = async (starting: Promise<RunningService>) => {
    const service = await starting;
    running.push(service);
    return service;
  };
  const platform: Platform = { bus, clock, logger };
  try {
    const searched = await start(startService(forensics, settings.forensics, { ...platform, bus: forensicsBus }));
    const routed = await start(startService(alertRouter, settings.router, platform));
    const resolved = await start(startService(lineageResolver, settings.resolver, platform));
    const falco = await start(startService(falcoIngester, settings.falco, platform));
    const audit = await start(startService(auditIngester, settings.audit, platform));
    const webhook = await start(startService(webhookMutator, settings.webhook, platform));
    return { webhook, audit, falco, resolver: resolved, router: routed, forensics: searched, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
