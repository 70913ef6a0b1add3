import type { Bus } from '@whoran/bus';
import type { Clock, Logger } from '@whoran/kernel';

/** placeholder until the Kafka bus is there */
export async function openKafka(
  _brokers: readonly string[],
  _options: { prefix: string; clock: Clock; logger: Logger },
): Promise<{ bus: Bus; remove(): Promise<void> }> {
  throw new Error('no Kafka bus yet');
}
