import type { Bus } from '@whoran/bus';
import type { Clock, Logger } from '@whoran/kernel';
import { outputKinds } from '@whoran/outputs';
import type { Shutdown, Tracing } from '@whoran/service-kit';
import type { AlertRouterConfig } from './alert-router.config.ts';
import { DeadLetters } from './delivery/dead-letters.ts';
import { DeliveryRecords } from './delivery/delivery-records.ts';
import { Receivers } from './delivery/receivers.ts';
import type { RouterMetrics } from './metrics.ts';
import { TracedOutput } from './notify/alert-spans.ts';
import type { Routing } from './routing/load-routing.ts';
import { responseKind } from './response/response.output.ts';
import type { Responses } from './response/responses.ts';
import { watchRoutes } from './routing/watch-routes.ts';

/** After the drain, how long dead letters may take to be kept. */
const DEAD_LETTER_TIME = 5_000;

interface Parts {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: RouterMetrics;
  readonly responses: Responses;
  readonly shutdown: Shutdown;
  readonly tracing: Tracing;
}

/** Opens the receivers of the routes file, keeps them up to date with it, and drains them at shutdown. Throws ConfigInvalid. */
export async function openReceivers(config: AlertRouterConfig, parts: Parts): Promise<Receivers> {
  const { bus, clock, logger, metrics, shutdown } = parts;
  const deadLetters = new DeadLetters(bus, clock, logger);
  const records = new DeliveryRecords(bus, clock);
  const { routing, stop } = watchRoutes({
    path: config.routesFile,
    stdoutFormat: config.stdoutFormat,
    stdout: config.stdout,
    readEnv: config.readEnv,
    ...(config.externalUrl === '' ? {} : { externalUrl: config.externalUrl }),
    kinds: [...outputKinds, responseKind(parts.responses.responder)],
    interval: config.reloadInterval,
    clock,
    logger,
    metrics,
    onChange: (changed) => receivers.use(traced(changed, parts), config.drainTimeout),
  });
  const receivers = await Receivers.open(traced(routing, parts), {
    bus,
    clock,
    logger,
    metrics,
    deadLetters,
    records,
    random: Math.random,
  });
  // Last registered, first run: no reload while draining, and dead letters are waited for until the receivers are closed.
  shutdown.add('dead-letters', () => deadLetters.giveUp());
  shutdown.add('deliveries', () => records.flush());
  shutdown.add('receivers', () => receivers.close(config.drainTimeout), config.drainTimeout + DEAD_LETTER_TIME);
  shutdown.add('routes', stop);
  return receivers;
}

function traced(routing: Routing, { tracing, clock }: Parts): Routing {
  const receivers = routing.receivers.map((receiver) => {
    const output = new TracedOutput(receiver.output, { tracing, clock, receiver: receiver.name });
    return { ...receiver, output };
  });
  return { ...routing, receivers };
}
