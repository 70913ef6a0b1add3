import { InProcessBus } from '@whoran/bus';
import { ConfigInvalid, messageOf } from '@whoran/kernel';
import type { CommonConfig } from './settings/common-config.ts';
import { JsonLogger } from './json-logger.ts';
import { loadConfig } from './load-config.ts';
import { Metrics, busMetrics } from './metrics.ts';
import { type RunningService, type ServiceDefinition, startService } from './start-service.ts';
import { SystemClock } from './system-clock.ts';

/** sysexits.h: the settings are wrong; starting again will not help. */
const EX_CONFIG = 78;

/** Runs one service as a process: settings from the environment, ends on SIGTERM and SIGINT. */
export async function runService<C extends CommonConfig>(service: ServiceDefinition<C>): Promise<void> {
  let running: RunningService | undefined;
  // From the beginning: a signal between "listening" and a handler would end the process without its shutdown.
  endOnSignal(() => running?.stop() ?? Promise.resolve(true));
  try {
    const config = loadConfig(service.config, process.env);
    const metrics = new Metrics(service.name);
    const clock = new SystemClock();
    const bus = new InProcessBus(clock, { observer: busMetrics(metrics) });
    running = await startService(service, config, { bus, clock, metrics, logger: JsonLogger.open(config.logLevel, {}) });
  } catch (error) {
    process.stderr.write(`${service.name}: cannot start\n${messageOf(error)}\n`);
    process.exit(error instanceof ConfigInvalid ? EX_CONFIG : 1);
  }
}

/** Ends the process on SIGTERM or SIGINT, after `stop`. A second signal ends it at once. */
export function endOnSignal(stop: () => Promise<boolean>): void {
  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      void stop().then((clean) => process.exit(clean ? 0 : 1));
    });
  }
}
