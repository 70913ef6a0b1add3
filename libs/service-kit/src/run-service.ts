import { ConfigInvalid, messageOf } from '@whoran/kernel';
import { type ConnectKafka, needsBrokers, openBus } from './bus/open-bus.ts';
import { JsonLogger } from './log/json-logger.ts';
import { loadConfig } from './settings/load-config.ts';
import { Metrics, busMetrics } from './metrics.ts';
import type { CommonConfig } from './settings/common-config.ts';
import { Shutdown } from './shutdown.ts';
import { type ServiceDefinition, startService } from './start-service.ts';
import { SystemClock } from './system-clock.ts';
import { openTracing } from './tracing/open-tracing.ts';

/** sysexits.h: the settings are wrong; starting again will not help. */
const EX_CONFIG = 78;

/** How long the last messages may take to be with the brokers when the service ends, milliseconds. */
const BUS_LIMIT = 5000;

/**
 * Runs one service as a process: settings from the environment, Kafka as its bus, ends on SIGTERM and SIGINT. Brokers that
 * are away keep it from being ready, not from starting. `connect` stands for Kafka in specs.
 */
export async function runService<C extends CommonConfig>(service: ServiceDefinition<C>, connect?: ConnectKafka): Promise<void> {
  let stop = () => Promise.resolve(true);
  // From the beginning: a signal between "listening" and a handler would end the process without its shutdown.
  endOnSignal(() => stop());
  const fail = (error: unknown) => {
    process.stderr.write(`${service.name}: cannot start\n${messageOf(error)}\n`);
    process.exit(error instanceof ConfigInvalid ? EX_CONFIG : 1);
  };
  try {
    const config = loadConfig(service.config, process.env, { check: needsBrokers });
    const base = JsonLogger.open(config.logLevel, {});
    const logger = base.with({ service: service.name });
    const shutdown = new Shutdown(logger);
    stop = () => shutdown.run();
    const metrics = new Metrics(service.name);
    const clock = new SystemClock();
    const tracing = await openTracing({ endpoint: config.otlpEndpoint, service: service.name, logger, metrics, shutdown });
    const onHopeless = (error: unknown) => void stop().then(() => fail(error));
    const bus = openBus(config, {
      service: service.name,
      clock,
      logger,
      observer: busMetrics(metrics),
      tracing,
      onHopeless,
      ...(connect ? { connect } : {}),
    });
    shutdown.add('bus', () => bus.close(), BUS_LIMIT);
    await startService(service, config, { bus, clock, metrics, logger: base, shutdown, tracing });
  } catch (error) {
    fail(error);
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
