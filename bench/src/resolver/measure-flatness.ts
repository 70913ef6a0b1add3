import { serviceFlags } from '../service.ts';
import { printRows } from '../summary.ts';
import { startWorker } from '../worker.ts';
import type { Cost, Level } from './flatness.ts';

/** What an event costs at one number of live processes, beside what it costs at the smallest. */
export interface Flatness {
  readonly name: string;
  readonly eventsPerSecond: number;
  readonly cpuMicrosPerEvent: number;
  readonly bytesPerProcess: number;
  readonly baseline: number;
  readonly ratio: number;
  readonly goal: number;
  readonly met: boolean;
}

const LEVELS = [1_000, 10_000, 100_000, 1_000_000];
const EVENTS = 100_000;
/** The cost may be a tenth above that at the smallest level. */
const GOAL = 1.1;
const FLAGS = ['--expose-gc', '--max-old-space-size=6144', ...serviceFlags()];

/** Feeds a resolver without a bus, in a process of its own, level by level. */
export async function measureFlatness(): Promise<readonly Flatness[]> {
  const costs: Cost[] = [];
  for (const processes of LEVELS) {
    const worker = startWorker<Level, Cost>('./resolver/flatness.ts', FLAGS);
    try {
      await worker.ask({ processes: 1000, events: EVENTS / 5 }); // compiles
      costs.push(await worker.ask({ processes, events: EVENTS }));
    } finally {
      await worker.stop();
    }
  }
  const [{ cpuMicrosPerEvent: least } = { cpuMicrosPerEvent: NaN }] = costs;
  return costs.map(({ processes, cpuMicrosPerEvent, bytesPerProcess }) => {
    const ratio = Math.round((cpuMicrosPerEvent / least) * 100) / 100;
    const eventsPerSecond = Math.round(1e6 / cpuMicrosPerEvent);
    const name = `${processes.toLocaleString('en')} live processes`;
    const baseline = Math.round(1e6 / least);
    return { name, eventsPerSecond, cpuMicrosPerEvent, bytesPerProcess, baseline, ratio, goal: GOAL, met: ratio <= GOAL };
  });
}

/** The costs as a table for a terminal. */
export function printFlatness(costs: readonly Flatness[]): string {
  const rows = costs.map((c) => [
    c.name,
    ...[c.cpuMicrosPerEvent, c.ratio, c.goal].map(String),
    c.met ? 'met' : 'missed',
    String(c.bytesPerProcess),
  ]);
  return `${printRows([['without a bus', 'µs CPU/event', 'of least', 'goal', '', 'bytes/process'], ...rows])}\n`;
}
