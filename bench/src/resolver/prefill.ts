/** A process that publishes traffic, so that what is measured finds it, and ends. */
import { KafkaBus } from '@whoran/bus-kafka';
import { topics } from '@whoran/contracts';
import { SilentLogger } from '@whoran/kernel';
import { SystemClock } from '@whoran/service-kit';
import { simulatedPublicKey } from '@whoran/testing/simulated-node';
import { Traffic, type TrafficSize } from './traffic.ts';

/** What the parent process asks for. */
export interface Prefill {
  readonly brokers: readonly string[];
  readonly prefix: string;
  readonly size: TrafficSize;
  readonly events: number;
}

/** What was published. */
export interface Prefilled {
  readonly events: number;
  readonly reports: number;
  /** The PEM of the key that verifies its tokens. */
  readonly publicKey: string;
}

const TOGETHER = 2000;

process.on('message', (prefill: Prefill) => void publish(prefill).then((done) => process.send?.(done)));

async function publish({ brokers, prefix, size, events: wanted }: Prefill): Promise<Prefilled> {
  const options = { brokers, clientId: 'bench-prefill', topicPrefix: prefix, compression: 'none' as const };
  const bus = await KafkaBus.connect({ ...options, clock: new SystemClock(), logger: new SilentLogger() });
  const traffic = new Traffic(size);
  let [events, reports] = [0, 0];
  while (events < wanted) {
    const batch = { events: [], reports: [] } as ReturnType<Traffic['next']>;
    while (batch.events.length < Math.min(TOGETHER, wanted - events)) {
      const next = traffic.next();
      batch.events.push(...next.events);
      batch.reports.push(...next.reports);
    }
    await Promise.all([bus.publish(topics.execSessions, batch.reports), bus.publish(topics.falcoEvents, batch.events)]);
    events += batch.events.length;
    reports += batch.reports.length;
  }
  await bus.close();
  return { events, reports, publicKey: simulatedPublicKey };
}
