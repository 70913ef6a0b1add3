/** A process that publishes events that alert, so that a router finds them, and ends. */
import { KafkaBus } from '@whoran/bus-kafka';
import { topics } from '@whoran/contracts';
import { SilentLogger } from '@whoran/kernel';
import { SystemClock } from '@whoran/service-kit';
import { anAttributedEvent } from '@whoran/testing/builders';

/** What the parent process asks for. */
export interface Publishing {
  readonly brokers: readonly string[];
  readonly prefix: string;
  /** What their ids begin with. */
  readonly word: string;
  readonly events: number;
}

const TOGETHER = 1000;

process.on('message', (publishing: Publishing) => void publish(publishing).then((events) => process.send?.({ events })));

async function publish({ brokers, prefix, word, events }: Publishing): Promise<number> {
  const options = { brokers, clientId: 'bench-routing', topicPrefix: prefix, compression: 'none' as const };
  const bus = await KafkaBus.connect({ ...options, clock: new SystemClock(), logger: new SilentLogger() });
  for (let sent = 0; sent < events; sent += TOGETHER) {
    const batch = Array.from({ length: Math.min(TOGETHER, events - sent) }, (_, index) => {
      const number = sent + index;
      return anAttributedEvent(
        { rule: `Rule ${number % 50}`, priority: 'Warning', tags: [], time: new Date().toISOString() },
        { id: `${word}-${number}`, node: `node-${number % 16}` },
      );
    });
    await bus.publish(topics.attributedEvents, batch);
  }
  await bus.close();
  return events;
}
