/** A process that feeds a resolver until it holds so many processes, and measures what an event costs then. Needs --expose-gc. */
import 'reflect-metadata';
import { Bus, type BusHealth, type Subscribed } from '@whoran/bus';
import { encodeJson, parseJson } from '@whoran/contracts';
import { SilentLogger, VirtualClock } from '@whoran/kernel';
import { ForgetfulLineageStore } from '@whoran/lineage';
import { LineageResolverConfig, Resolver } from '@whoran/lineage-resolver';
import { Metrics, NoTracing } from '@whoran/service-kit';
import { simulatedVerifier } from '@whoran/testing/simulated-node';
import { Traffic } from './traffic.ts';

/** What the parent process asks for. */
export interface Level {
  /** How many live processes. */
  readonly processes: number;
  /** Over how many events the cost is taken. */
  readonly events: number;
}

/** What one level came to. */
export interface Cost {
  readonly processes: number;
  /** Processor time, garbage collection included. */
  readonly cpuMicrosPerEvent: number;
  readonly bytesPerProcess: number;
}

const PROCESSES_PER_NODE = 1000;
const LIFE = 3_600_000;

class NoBus extends Bus {
  override publish(): Promise<void> {
    return Promise.resolve();
  }
  override subscribe(): Promise<Subscribed> {
    return Promise.resolve({ close: () => Promise.resolve() });
  }
  override health(): BusHealth {
    return { dead: undefined, away: undefined };
  }
  override close(): Promise<void> {
    return Promise.resolve();
  }
}

process.on('message', (level: Level) => void measure(level).then((cost) => process.send?.(cost)));

/** Processes are forgotten as fast as new ones come, so that their number stays: the time between events is chosen so. */
async function measure({ processes, events }: Level): Promise<Cost> {
  const traffic = new Traffic({ clusters: 1, nodesPerCluster: Math.max(1, processes / PROCESSES_PER_NODE), sessionsOneIn: 10 });
  const clock = new VirtualClock(1_000_000_000_000);
  const metrics = new Metrics('bench');
  const config = Object.assign(new LineageResolverConfig(), { processTtl: LIFE, sessionTtl: LIFE, maxProcesses: 2 * processes });
  const parts = { store: new ForgetfulLineageStore(), verifier: simulatedVerifier, bus: new NoBus(), clock, logger: new SilentLogger() };
  const resolver = new Resolver({ ...parts, metrics, tracing: new NoTracing() }, config);
  const before = heapUsed();
  const feed = feeder(traffic, resolver, clock, LIFE / processes);
  for (let held = 0; held < processes; held = await heldBy(metrics)) await feed(Math.max(300, processes / 5));
  await feed(events / 4);
  let [cpu, done] = [0, 0];
  while (done < events) {
    const fed = await feed(Math.min(20_000, events - done));
    cpu += fed.cpuMicros;
    done += fed.events;
  }
  const bytes = heapUsed() - before;
  return {
    processes: await heldBy(metrics),
    cpuMicrosPerEvent: Math.round((cpu * 10) / done) / 10,
    bytesPerProcess: Math.round(bytes / (await heldBy(metrics))),
  };
}

/** Feeds so many events, a batch at a time, and tells the processor time of the resolver alone. */
function feeder(traffic: Traffic, resolver: Resolver, clock: VirtualClock, millisPerProcess: number) {
  return async (wanted: number) => {
    let [cpuMicros, events] = [0, 0];
    while (events < wanted) {
      const batch = gather(traffic, 500);
      globalThis.gc?.({ type: 'minor' });
      const began = process.cpuUsage();
      await resolver.takeReports(batch.reports);
      for (let at = 0; at < batch.events.length; at += 500) await resolver.takeFalco(batch.events.slice(at, at + 500));
      await clock.advance(Math.round(batch.newProcesses * millisPerProcess));
      await resolver.idle();
      const { user, system } = process.cpuUsage(began);
      cpuMicros += user + system;
      events += batch.events.length;
    }
    return { cpuMicros, events };
  };
}

/** Events as they are when they have been read from the bus. */
function gather(traffic: Traffic, wanted: number) {
  const batch = { events: [], reports: [] } as ReturnType<Traffic['next']>;
  while (batch.events.length < wanted) {
    const { events, reports } = traffic.next();
    for (const event of events) {
      const read = parseJson(encodeJson(event));
      if (read.ok) batch.events.push(read.value as (typeof events)[number]);
    }
    batch.reports.push(...reports);
  }
  return { ...batch, newProcesses: new Set(batch.events.map(({ whoran, output_fields: f }) => `${whoran.node}/${String(f['proc.pid'])}`)).size };
}

async function heldBy(metrics: Metrics): Promise<number> {
  return Number(/^whoran_resolver_processes\S* (\S+)/m.exec(await metrics.registry.metrics())?.[1]);
}

function heapUsed(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
