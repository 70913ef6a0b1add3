import { serviceFlags } from '../service.ts';
import { printRows } from '../summary.ts';
import { startWorker } from '../worker.ts';
import type { Wish } from './flatness.ts';

/** What an event costs at one number of live processes, beside what it costs at the smallest. */
export interface Flatness {
  readonly name: string;
  readonly eventsPerSecond: number;
  /** Of all rounds, garbage collection included. */
  readonly cpuMicrosPerEvent: number;
  /** The least and the most of the rounds. */
  readonly range: readonly [number, number];
  readonly bytesPerProcess: number | null;
  readonly baseline: number;
  readonly ratio: number;
  readonly goal: number;
  readonly met: boolean;
}

const LEVELS = [1_000, 10_000, 100_000, 1_000_000];
const ROUNDS = 25;
const EVENTS = 15_000;
/** The cost may be a tenth above that at the smallest level. */
const GOAL = 1.1;
const FLAGS = ['--expose-gc', '--max-old-space-size=6144', ...serviceFlags()];

/**
 * Feeds resolvers without a bus, each in a process of its own that holds so many processes: in turns, so that what the machine
 * does meanwhile meets all of them.
 */
export async function measureFlatness(): Promise<readonly Flatness[]> {
  const workers = LEVELS.map(() => startWorker<Wish, number>('./resolver/flatness.ts', FLAGS));
  try {
    const held: number[] = [];
    for (const [index, worker] of workers.entries()) held.push(await worker.ask({ hold: LEVELS[index] ?? 0 }));
    const costs: number[][] = LEVELS.map(() => []);
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [index, worker] of workers.entries()) costs[index]?.push(await worker.ask({ events: EVENTS }));
    }
    const bytes: (number | null)[] = [];
    for (const worker of workers) bytes.push(await worker.ask({ weigh: true }));
    const least = mean(costs[0] ?? []);
    return costs.map((rounds, index) => flatnessOf(rounds, { least, held: held[index] ?? 0, bytes: bytes[index] ?? null }));
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
  }
}

interface Level {
  readonly least: number;
  readonly held: number;
  readonly bytes: number | null;
}

function flatnessOf(rounds: readonly number[], { least, held, bytes }: Level): Flatness {
  const cost = mean(rounds);
  const ratio = Math.round((cost / least) * 100) / 100;
  return {
    name: `${held.toLocaleString('en')} live processes`,
    eventsPerSecond: Math.round(1e6 / cost),
    cpuMicrosPerEvent: tenths(cost),
    range: [tenths(Math.min(...rounds)), tenths(Math.max(...rounds))],
    bytesPerProcess: bytes,
    baseline: Math.round(1e6 / least),
    ratio,
    goal: GOAL,
    met: ratio <= GOAL,
  };
}

const tenths = (value: number) => Math.round(value * 10) / 10;
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The costs as a table for a terminal. */
export function printFlatness(costs: readonly Flatness[]): string {
  const rows = costs.map((c) => [
    c.name,
    String(c.cpuMicrosPerEvent),
    c.range.join('–'),
    String(c.ratio),
    String(c.goal),
    c.met ? 'met' : 'missed',
    c.bytesPerProcess === null ? '' : String(c.bytesPerProcess),
  ]);
  return `${printRows([['without a bus', 'µs CPU/event', 'in rounds', 'of least', 'goal', '', 'bytes/process'], ...rows])}
`;
}
