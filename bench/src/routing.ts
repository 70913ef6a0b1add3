import { accessSync, constants } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { type Comparison, compare, loadNow, printComparisons } from './goals.ts';
import { type Delivered, deliverBySidekick, deliverEmbedded, deliverOnKafka } from './routing/delivered.ts';
import type { Dispatched, Dispatching } from './routing/dispatch.ts';
import type { Measurement, Speed } from './routing/measure.ts';
import { withRoutesFile } from './routing/routes-file.ts';
import { routesFileOf } from './routing/scene.ts';
import { type Verdict, judgeDelivering, printVerdicts } from './routing/verdicts.ts';
import { openKafka } from './servers.ts';
import { printRows } from './summary.ts';
import { startWorker } from './worker.ts';

/** How routing and delivering are measured. */
export interface RoutingBenchOptions {
  readonly seconds: number;
  readonly alerts: number;
  readonly concurrency: number;
  /** Whether Kafka is left out. */
  readonly kafka: boolean;
  /** The program of falcosidekick, to be measured in the same way. */
  readonly falcosidekick?: string;
  readonly json: boolean;
}

interface Measured {
  readonly asking: readonly Speed[];
  readonly dispatching: Comparison;
  readonly delivering: readonly Delivered[];
  readonly verdicts: readonly Verdict[];
}

const SIZE = { routes: 1000, silences: 1000, inhibitions: 100 };
/** Milliseconds that the receiver takes. */
const DELAYS = [0, 20];

/** Measures alerts through a large routing, and delivering to one receiver, beside falcosidekick when its program is given. */
export async function benchRouting(options: RoutingBenchOptions): Promise<void> {
  // Said before anything is measured: that takes a minute.
  if (options.falcosidekick !== undefined) accessSync(programAt(options.falcosidekick), constants.X_OK);
  const before = loadNow();
  const asking = await measureAsking(options.seconds);
  const dispatching = await measureDispatching(options.seconds);
  const delivering = await measureDelivering(options);
  const measured = { asking, dispatching, delivering, verdicts: judgeDelivering(delivering, options.concurrency) };
  if (options.json)
    process.stdout.write(`${JSON.stringify({ bench: 'routing', loadBefore: before, concurrency: options.concurrency, ...measured })}\n`);
  else print(measured, options, before);
}

async function measureAsking(seconds: number): Promise<readonly Speed[]> {
  const worker = startWorker<Measurement, readonly Speed[]>('./routing/measure.ts');
  try {
    return await worker.ask({ ...SIZE, seconds });
  } finally {
    await worker.stop();
  }
}

async function measureDispatching(seconds: number): Promise<Comparison> {
  const bare = await dispatch({ ...SIZE, seconds });
  const content = routesFileOf(SIZE, { stdout: {} });
  const routed = await withRoutesFile(content, (routesFile) => dispatch({ ...SIZE, seconds, routesFile }));
  return compare('a whole router, with all of them', routed, bare);
}

async function dispatch(dispatching: Dispatching): Promise<Dispatched> {
  const worker = startWorker<Dispatching, Dispatched>('./routing/dispatch.ts');
  try {
    return await worker.ask(dispatching);
  } finally {
    await worker.stop();
  }
}

async function measureDelivering({ alerts, concurrency, kafka, falcosidekick }: RoutingBenchOptions): Promise<readonly Delivered[]> {
  const loads = DELAYS.map((delay) => ({ alerts, delay, concurrency }));
  const delivered: Delivered[] = [];
  for (const load of loads) delivered.push(await deliverEmbedded(load));
  if (falcosidekick !== undefined) {
    const program = programAt(falcosidekick);
    for (const load of loads) delivered.push(await deliverBySidekick(program, load));
  }
  if (!kafka) return delivered;
  const server = await openKafka();
  try {
    for (const load of loads) delivered.push(await deliverOnKafka(server, load));
  } finally {
    await server.stop();
  }
  return delivered;
}

function programAt(path: string): string {
  return resolve(process.env['INIT_CWD'] ?? '.', path);
}

function print({ asking, dispatching, delivering, verdicts }: Measured, { concurrency }: RoutingBenchOptions, before: number): void {
  const asked = asking.map(({ name, alertsPerSecond, cpuMicrosPerAlert }) => [name, String(alertsPerSecond), String(cpuMicrosPerAlert)]);
  process.stdout.write(`${printRows([['asked about an alert, on one core', 'alerts/s', 'µs CPU/alert'], ...asked])}\n\n`);
  process.stdout.write(`${printComparisons([dispatching], 'alerts only read', before)}\n`);
  const rows = delivering.map(({ name, delay, perSecond, delivered, asked: all }) => [
    `${name}, receiver at ${delay} ms`,
    String(perSecond),
    `${delivered} of ${all}`,
  ]);
  process.stdout.write(`${printRows([[`delivered to one receiver, ${concurrency} at once`, 'alerts/s', 'came'], ...rows])}\n`);
  process.stdout.write(`${printVerdicts(verdicts)}\n`);
  process.stdout.write(`${availableParallelism()} cores for what sends, delivers and receives\n`);
}
