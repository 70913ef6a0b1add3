import type { Bus, BusObserver } from '@whoran/bus';
import type { KafkaBusOptions } from '@whoran/bus-kafka';
import type { Topic } from '@whoran/contracts';
import type { Clock, Issue, Logger } from '@whoran/kernel';
import { kafkaAccess } from '../settings/kafka-access.ts';
import type { KafkaSettings } from '../settings/kafka-settings.ts';
import { sessionIdOf } from '../tracing/event-spans.ts';
import type { Tracing } from '../tracing/tracing.ts';
import { AwaitedBus } from './awaited-bus.ts';

/** Connects to Kafka, or to what stands for it in a spec. */
export type ConnectKafka = (options: KafkaBusOptions) => Promise<Bus>;

/** Who uses the bus, and what for. */
export interface OpenBusOptions {
  readonly service: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly observer: BusObserver;
  readonly tracing: Tracing;
  readonly onHopeless: (error: unknown) => void;
  readonly connect?: ConnectKafka;
}

/** Opens the bus of a service that runs by itself. It is there at once and connects when the brokers answer. */
export function openBus(settings: KafkaSettings, options: OpenBusOptions): AwaitedBus {
  const { service, clock, logger, observer, tracing, onHopeless, connect = connectKafka } = options;
  const traceparent = <T>(topic: Topic<T>, event: T) => {
    const session = sessionIdOf(topic, event);
    return session === undefined ? undefined : tracing.traceparent(session);
  };
  const open = () => connect({ ...kafkaAccess(settings, service), clock, logger, observer, traceparent });
  return new AwaitedBus({ open, clock, logger, onHopeless });
}

/** What keeps settings from being those of a service that runs by itself. */
export function needsBrokers({ kafkaBrokers }: KafkaSettings): readonly Issue[] {
  const message = 'must be set: a service that runs by itself speaks to the others through Kafka (docs/operations/running-apart.md)';
  return kafkaBrokers.length > 0 ? [] : [{ code: 'no-brokers', item: 'WHORAN_KAFKA_BROKERS', message }];
}

/** Loaded only by processes that speak to Kafka. */
const connectKafka: ConnectKafka = async (options) => {
  const { KafkaBus } = await import('@whoran/bus-kafka');
  return KafkaBus.connect(options);
};
