import type { Party } from './bus/party.ts';
import { compare, loadNow, printComparisons } from './goals.ts';
import type { Pace } from './resolver/pace.ts';
import { type BenchKafka, openKafka } from './servers.ts';
import { startWorker } from './worker.ts';

/** How the bus is measured. */
export interface BusBenchOptions {
  readonly events: number;
  readonly json: boolean;
}

/** Measures publishing and consuming on Kafka, beside kafkajs alone with the same messages. */
export async function benchBus({ events, json }: BusBenchOptions): Promise<void> {
  const before = loadNow();
  const kafka = await openKafka();
  try {
    const measure = (role: Party['role'], through: Party['through']) => measureOne(kafka, { role, through, events });
    const barePublish = await measure('publish', 'kafkajs');
    const publish = compare('bus, publish', await measure('publish', 'bus'), barePublish);
    const bareConsume = await measure('consume', 'kafkajs');
    const comparisons = [publish, compare('bus, consume', await measure('consume', 'bus'), bareConsume)];
    process.stdout.write(json ? `${JSON.stringify(comparisons)}\n` : printComparisons(comparisons, 'bare kafkajs', before));
  } finally {
    await kafka.stop();
  }
}

async function measureOne({ brokers, prefix }: BenchKafka, party: Pick<Party, 'role' | 'through' | 'events'>): Promise<Pace> {
  const worker = startWorker<Party, Pace>('./bus/party.ts');
  try {
    return await worker.ask({ ...party, brokers, prefix });
  } finally {
    await worker.stop();
  }
}
