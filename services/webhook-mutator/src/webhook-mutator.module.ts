import type { DynamicModule, Provider } from '@nestjs/common';
import { Bus } from '@whoran/bus';
import { Clock, Logger } from '@whoran/kernel';
import { Signer } from '@whoran/keyring';
import { Health, Metrics, Shutdown, Tracing } from '@whoran/service-kit';
import { AdmissionController } from './admission/admission.controller.ts';
import { Admissions } from './admission/admissions.ts';
import { Callers } from './callers/callers.ts';
import { checkConfig } from './check-config.ts';
import { ImageStrategiesConsumer } from './learned/image-strategies.consumer.ts';
import { LearnedStrategies } from './learned/learned-strategies.ts';
import { WebhookMetrics } from './metrics.ts';
import { type Surroundings, openPodFacts, openPolicy, openQuarantine, openSessionQueue, openSigningKeys } from './open-parts.ts';
import { PodFacts } from './pods/pod-facts.ts';
import { Quarantine } from './quarantine/quarantine.ts';
import { ResponseQuarantine } from './quarantine/response-quarantine.ts';
import { ResponsesConsumer } from './quarantine/responses.consumer.ts';
import { SessionQueue } from './sessions/session-queue.ts';
import type { WebhookMutatorConfig } from './webhook-mutator.config.ts';

const SURROUNDINGS = [Clock, Logger, Shutdown, WebhookMetrics];

/** The wiring of webhook-mutator. Throws ConfigInvalid when the settings do not fit together. */
export class WebhookMutatorModule {
  static with(config: WebhookMutatorConfig): DynamicModule {
    checkConfig(config);
    return {
      module: WebhookMutatorModule,
      controllers: [
        AdmissionController,
        ...(config.learnedStrategies ? [ImageStrategiesConsumer] : []),
        ...(config.responses ? [ResponsesConsumer] : []),
      ],
      providers: [...providersOf(config), admissionsProvider(config)],
    };
  }
}

function providersOf(config: WebhookMutatorConfig): Provider[] {
  const open = <T>(part: (config: WebhookMutatorConfig, around: Surroundings) => T) => ({
    inject: SURROUNDINGS,
    useFactory: (clock: Clock, logger: Logger, shutdown: Shutdown, metrics: WebhookMetrics) =>
      part(config, { clock, logger, shutdown, metrics }),
  });
  return [
    { provide: WebhookMetrics, inject: [Metrics], useFactory: (metrics: Metrics) => new WebhookMetrics(metrics) },
    { provide: Callers, useValue: new Callers(callersOf(config)) },
    { provide: LearnedStrategies, inject: [Clock], useFactory: (clock: Clock) => new LearnedStrategies(config.cluster, clock) },
    { provide: PodFacts, ...open(openPodFacts) },
    {
      provide: ResponseQuarantine,
      inject: [Clock],
      useFactory: (clock: Clock) => new ResponseQuarantine(config.cluster, clock),
    },
    {
      provide: Quarantine,
      inject: [ResponseQuarantine, ...SURROUNDINGS],
      useFactory: (responses: ResponseQuarantine, clock: Clock, logger: Logger, shutdown: Shutdown, metrics: WebhookMetrics) =>
        openQuarantine(config, { clock, logger, shutdown, metrics, responses }),
    },
    {
      provide: SessionQueue,
      inject: [Bus, ...SURROUNDINGS],
      useFactory: (bus: Bus, clock: Clock, logger: Logger, shutdown: Shutdown, metrics: WebhookMetrics) =>
        openSessionQueue(config, bus, { clock, logger, shutdown, metrics }),
    },
    {
      provide: Signer,
      inject: [Health, ...SURROUNDINGS],
      useFactory: (health: Health, clock: Clock, logger: Logger, shutdown: Shutdown, metrics: WebhookMetrics) =>
        openSigningKeys(config, health, { clock, logger, shutdown, metrics }),
    },
  ];
}

function admissionsProvider(config: WebhookMutatorConfig): Provider {
  const { cluster, prefix, failPolicy } = config;
  return {
    provide: Admissions,
    inject: [PodFacts, LearnedStrategies, Quarantine, Signer, SessionQueue, Tracing, ...SURROUNDINGS],
    useFactory: (
      pods: PodFacts,
      learned: LearnedStrategies,
      quarantine: Quarantine,
      signer: Signer,
      sessions: SessionQueue,
      tracing: Tracing,
      clock: Clock,
      logger: Logger,
      shutdown: Shutdown,
      metrics: WebhookMetrics,
    ) => {
      const policy = openPolicy(config, { clock, logger, shutdown, metrics });
      return new Admissions({ cluster, prefix, failPolicy, policy, pods, learned, quarantine, signer, sessions, clock, logger, tracing });
    },
  };
}

function callersOf({ clientCa, clientNames, secretPath, allowUnauthenticated }: WebhookMutatorConfig) {
  return {
    certificates: clientCa !== undefined,
    commonNames: clientNames,
    anybody: allowUnauthenticated,
    ...(secretPath === undefined ? {} : { secret: secretPath }),
  };
}
