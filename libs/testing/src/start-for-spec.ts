import { InProcessBus } from '@whoran/bus';
import type { Topic } from '@whoran/contracts';
import { type Clock, Logger, SilentLogger } from '@whoran/kernel';
import {
  type CommonConfig,
  type RunningService,
  type ServiceDefinition,
  SystemClock,
  type Tracing,
  startService,
} from '@whoran/service-kit';

/** A service that runs in a spec, with the bus it talks through. */
export interface ServiceInSpec {
  readonly service: RunningService;
  readonly bus: InProcessBus;
  /** Collects what is published on a topic from now on. */
  collect<T>(topic: Topic<T>): Promise<T[]>;
}

/** Starts a service on an in-process bus, as in production but for the bus. Stop it with `service.stop()`. */
export async function startForSpec<C extends CommonConfig>(
  definition: ServiceDefinition<C>,
  different: Partial<C> = {},
  platform: { readonly clock?: Clock; readonly logger?: Logger; readonly bus?: InProcessBus; readonly tracing?: Tracing } = {},
): Promise<ServiceInSpec> {
  const clock = platform.clock ?? new SystemClock();
  const bus = platform.bus ?? new InProcessBus(clock);
  const config = Object.assign(new definition.config(), different);
  const service = await startService(definition, config, { logger: new SilentLogger(), ...platform, bus, clock });
  const collect = async <T>(topic: Topic<T>) => {
    const events: T[] = [];
    await bus.subscribe({ group: `spec-${topic.name}`, topic, handle: async (batch) => void events.push(...batch) });
    return events;
  };
  return { service, bus, collect };
}
