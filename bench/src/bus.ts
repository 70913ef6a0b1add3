import type { Party } from './bus/party.ts';
import { type Comparison, compare, loadNow, printComparisons } from './goals.ts';
import type { Pace } from './resolver/pace.ts';
import { type BenchKafka, openKafka } from './servers.ts';
import { startWorker } from './worker.ts';

/** How the bus is measured. */
export interface BusBenchOptions {
  readonly events: number;
  readonly json: boolean;
}

/** Measures publishing and consuming on Kafka, by the bus and by another client with our writing and reading, beside kafkajs alone. */
export async function benchBus({ events, json }: BusBenchOptions): Promise<void> {
  const before = loadNow();
  const kafka = await openKafka();
  try {
    const measure = (role: Party['role'], through: Party['through']) => measureOne(kafka, { role, through, events });
    const comparisons: Comparison[] = [];
    for (const role of ['publish', 'consume'] as const) {
      const bare = await measure(role, 'kafkajs');
      comparisons.push(compare(`bus, ${role}`, await measure(role, 'bus'), bare));
      comparisons.push(compare(`@platformatic/kafka, ${role}`, await measure(role, 'platformatic'), bare));
    }
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
