import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { loadNow } from './goals.ts';
import { type Delivered, deliverByRouter, deliverBySidekick } from './routing/delivered.ts';
import type { Measurement, Speed } from './routing/measure.ts';
import { openKafka } from './servers.ts';
import { printRows } from './summary.ts';
import { startWorker } from './worker.ts';

/** How routing and delivering are measured. */
export interface RoutingBenchOptions {
  readonly seconds: number;
  readonly alerts: number;
  /** The program of falcosidekick, to be measured in the same way. */
  readonly falcosidekick?: string;
  readonly json: boolean;
}

const SIZE = { routes: 1000, silences: 1000, inhibitions: 100 };
/** Milliseconds that the receiver takes. */
const DELAYS = [0, 20];
const GOAL = 2;

/** Measures asking a large routing on one core, and delivering to one receiver beside falcosidekick when its program is given. */
export async function benchRouting({ seconds, alerts, falcosidekick, json }: RoutingBenchOptions): Promise<void> {
  const before = loadNow();
  const speeds = await measureAsking(seconds);
  const delivered = await measureDelivering(alerts, falcosidekick);
  if (json) process.stdout.write(`${JSON.stringify({ bench: 'routing', loadBefore: before, asking: speeds, delivering: delivered })}\n`);
  else print(speeds, delivered, before);
}

async function measureAsking(seconds: number): Promise<readonly Speed[]> {
  const worker = startWorker<Measurement, readonly Speed[]>('./routing/measure.ts');
  try {
    return await worker.ask({ ...SIZE, seconds });
  } finally {
    await worker.stop();
  }
}

async function measureDelivering(alerts: number, falcosidekick: string | undefined): Promise<readonly Delivered[]> {
  const delivered: Delivered[] = [];
  const kafka = await openKafka();
  try {
    for (const delay of DELAYS) delivered.push(await deliverByRouter(kafka, { alerts, delay }));
  } finally {
    await kafka.stop();
  }
  if (falcosidekick === undefined) return delivered;
  const program = resolve(process.env['INIT_CWD'] ?? '.', falcosidekick);
  for (const delay of DELAYS) delivered.push(await deliverBySidekick(program, { alerts, delay }));
  return delivered;
}

function print(speeds: readonly Speed[], delivered: readonly Delivered[], before: number): void {
  const asking = speeds.map(({ name, alertsPerSecond, cpuMicrosPerAlert }) => [name, String(alertsPerSecond), String(cpuMicrosPerAlert)]);
  process.stdout.write(`${printRows([['asked, on one core', 'alerts/s', 'µs CPU/alert'], ...asking])}\n\n`);
  const rows = delivered.map(({ name, perSecond, delivered: came, asked }) => [name, String(perSecond), `${came} of ${asked}`]);
  process.stdout.write(`${printRows([['delivered to one receiver', 'alerts/s', 'came'], ...rows])}\n`);
  const [ours, , theirs] = delivered;
  if (ours && theirs) {
    const ratio = ours.perSecond / theirs.perSecond;
    process.stdout.write(`at 0 ms: ${ratio.toFixed(2)} times falcosidekick (goal ${GOAL}: ${ratio >= GOAL ? 'met' : 'missed'})\n`);
  }
  const busy = before > 0.5 ? `; the machine was busy before (load ${before.toFixed(1)}): other programs are in these numbers` : '';
  process.stdout.write(`${availableParallelism()} cores for everything; every part runs in a process of its own${busy}\n`);
}
