import 'reflect-metadata';
import type { Server as TlsServer } from 'node:tls';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Bus } from '@whoran/bus';
import { Clock, Logger } from '@whoran/kernel';
import { tellBuild } from './build-info.ts';
import { BusReadiness } from './bus/bus-readiness.ts';
import { BusServer } from './bus/bus.server.ts';
import { HealthController } from './http/health.controller.ts';
import { Health } from './http/health.ts';
import { HttpErrorFilter } from './http/http-error.filter.ts';
import { type HttpIntake, watchIntake } from './http/http-intake.ts';
import { createHttpAdapter, reloadTls } from './http/http-server.ts';
import type { HttpOptions } from './http/http-settings.ts';
import { Metrics } from './metrics.ts';
import { NestLogger } from './log/nest-logger.ts';
import type { CommonConfig } from './settings/common-config.ts';
import type { ReplayHandler } from './bus/retake-replays.ts';
import { Shutdown } from './shutdown.ts';
import { openTracing } from './tracing/open-tracing.ts';
import { Tracing } from './tracing/tracing.ts';

/** What makes a service: a name, its settings, its wiring, and how it listens. */
export interface ServiceDefinition<C extends CommonConfig> {
  readonly name: string;
  readonly config: new () => C;
  /** The service's own module. It may inject Bus, Clock, Logger, Metrics, Health, Shutdown and Tracing. */
  readonly module: (config: C) => DynamicModule;
  readonly http: (config: C) => HttpOptions;
  /** Called when the application is made and before it listens, for what Nest's modules cannot say (OpenAPI, say). */
  readonly prepare?: (app: NestFastifyApplication, config: C) => void | Promise<void>;
  /** What tries dead letters again that are no messages of a handled topic (see ReplayHandler). */
  readonly replays?: (app: NestFastifyApplication) => ReplayHandler;
}

/** What a service runs on. */
export interface Platform {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics?: Metrics;
  /** Steps that come after the service's own, such as closing the bus. */
  readonly shutdown?: Shutdown;
  /** Without it, traces go where the settings say. */
  readonly tracing?: Tracing;
}

/** How long requests that bring something may take to be answered when the service ends, milliseconds. */
const INTAKE_LIMIT = 5000;

/** How long running batches may take to be settled then, milliseconds. */
const CONSUMERS_LIMIT = 10_000;

/** A service that listens. */
export interface RunningService {
  readonly name: string;
  /** Where it listens, such as https://127.0.0.1:8443. */
  readonly url: string;
  readonly app: NestFastifyApplication;
  /** Stops it: not ready, intake closed, drained, stores closed. True if every step succeeded in time. */
  stop(): Promise<boolean>;
}

/** Starts a service; every part of it can be started in a spec just as in production. */
export async function startService<C extends CommonConfig>(
  service: ServiceDefinition<C>,
  config: C,
  platform: Platform,
): Promise<RunningService> {
  const logger = platform.logger.with({ service: service.name });
  const shutdown = platform.shutdown ?? new Shutdown(logger);
  const metrics = platform.metrics ?? new Metrics(service.name);
  tellBuild(metrics);
  const health = healthOf(platform, metrics);
  const tracing =
    platform.tracing ?? (await openTracing({ endpoint: config.otlpEndpoint, service: service.name, logger, metrics, shutdown }));
  const options = service.http(config);
  const module = platformModule(service.module(config), platform, { logger, shutdown, health, metrics, tracing });
  const open = async () => {
    const adapter = createHttpAdapter(options);
    const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
      bodyParser: false,
      logger: new NestLogger(logger),
      abortOnError: false,
    });
    // From here on the intake can be open, so it is what is closed first, also when the rest of the start fails.
    shutdown.add('consumers', () => app.close(), CONSUMERS_LIMIT);
    const intake = watchIntake(app.getHttpServer());
    shutdown.add('requests', () => intake.close(INTAKE_LIMIT), INTAKE_LIMIT + 500);
    app.useGlobalFilters(new HttpErrorFilter(logger));
    app.connectMicroservice({ strategy: new BusServer(platform.bus, service.name, service.replays?.(app)) });
    await service.prepare?.(app, config);
    await app.startAllMicroservices();
    await app.listen(options.port, options.host);
    if (options.tls) reloadTls(app.getHttpServer() as unknown as TlsServer, options.tls, shutdown, logger);
    shutdown.add('not-ready', () => stopSoftly(health, intake, config.stopGrace), config.stopGrace + 1000);
    return app;
  };
  const app = await open().catch(async (error: unknown) => {
    await shutdown.run();
    throw error;
  });
  const url = urlOf(app, options);
  logger.info('service.started', { url });
  return { name: service.name, url, app, stop: () => shutdown.run() };
}

function healthOf({ bus, clock }: Platform, metrics: Metrics): Health {
  const health = new Health();
  const isAway = () => (bus.health().away === undefined ? 0 : 1);
  metrics.gauge('whoran_bus_away', '1 while the bus cannot be used: the brokers are away, or a group has not been joined yet.', [], isAway);
  const readiness = new BusReadiness(bus, clock);
  health.addVital('bus', () => bus.health().dead);
  health.add('bus', () => readiness.problem());
  return health;
}

/** Whoever sends requests is told first, and has time to look for another replica. */
async function stopSoftly(health: Health, intake: HttpIntake, grace: number): Promise<void> {
  health.drain();
  intake.drain();
  if (grace > 0) await new Promise((resolve) => setTimeout(resolve, grace));
}

function platformModule(
  inner: DynamicModule,
  platform: Platform,
  own: { logger: Logger; shutdown: Shutdown; health: Health; metrics: Metrics; tracing: Tracing },
): DynamicModule {
  class PlatformModule {}
  const providers = [
    { provide: Bus, useValue: platform.bus },
    { provide: Clock, useValue: platform.clock },
    { provide: Logger, useValue: own.logger },
    { provide: Shutdown, useValue: own.shutdown },
    { provide: Health, useValue: own.health },
    { provide: Metrics, useValue: own.metrics },
    { provide: Tracing, useValue: own.tracing },
  ];
  return {
    module: PlatformModule,
    global: true,
    imports: [inner],
    controllers: [HealthController],
    providers,
    exports: providers.map(({ provide }) => provide),
  };
}

function urlOf(app: NestFastifyApplication, options: HttpOptions): string {
  const address = app.getHttpServer().address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return `${options.tls ? 'https' : 'http'}://${host}:${port}`;
}
