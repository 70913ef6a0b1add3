/** A process that feeds a resolver until it holds so many processes, and measures what an event costs then. Needs --expose-gc. */
import 'reflect-metadata';
import { Bus, type BusHealth, type Subscribed } from '@whoran/bus';
import { type FalcoEvent, decode, encodeJson, topics } from '@whoran/contracts';
import { type Millis, SilentLogger, VirtualClock } from '@whoran/kernel';
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
/** How long a process is remembered. More live processes mean more events in that time, not older processes. */
const LIFE = 3_600_000;
/** How many events come with a new process; about, so that as many are forgotten as come. */
const EVENTS_PER_PROCESS = 2.9;
const BATCH = 500;

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

const atStart = heapUsed();

/** Fills a resolver until it holds so many processes, then measures while as many are forgotten as come. */
async function measure({ processes, events }: Level): Promise<Cost> {
  const world = openWorld(processes);
  while ((await world.held()) < processes) await feed(world, Math.max(500, processes / 4), 'fill');
  const cpu = await feed(world, events, 'measure');
  const live = await world.held();
  await forgetEvents(world);
  const bytes = (heapUsed() - atStart) / (await world.held()); // while it is still held
  return { processes: live, cpuMicrosPerEvent: Math.round((cpu * 10) / events) / 10, bytesPerProcess: Math.round(bytes) };
}

interface World {
  readonly traffic: Traffic;
  readonly clock: VirtualClock;
  readonly resolver: Resolver;
  readonly millisPerEvent: Millis;
  readonly held: () => Promise<number>;
}

function openWorld(processes: number): World {
  const nodes = Math.ceil(processes / PROCESSES_PER_NODE);
  const traffic = new Traffic({ clusters: 1, nodesPerCluster: nodes, sessionsOneIn: 10 });
  const clock = new VirtualClock(1_767_261_600_000);
  const metrics = new Metrics('bench');
  const config = Object.assign(new LineageResolverConfig(), { processTtl: LIFE, sessionTtl: LIFE, maxProcesses: 2 * processes });
  const parts = { store: new ForgetfulLineageStore(), verifier: simulatedVerifier, bus: new NoBus(), clock, logger: new SilentLogger() };
  const resolver = new Resolver({ ...parts, metrics, tracing: new NoTracing() }, config);
  const held = async () => Number(/^whoran_resolver_processes\S* (\S+)/m.exec(await metrics.registry.metrics())?.[1]);
  return { traffic, clock, resolver, millisPerEvent: LIFE / EVENTS_PER_PROCESS / processes, held };
}

/** Feeds so many events at a steady rate; resolves with the processor time of the resolver alone, in microseconds. */
async function feed({ traffic, resolver, clock, millisPerEvent }: World, wanted: number, why: 'fill' | 'measure'): Promise<number> {
  let [cpu, fed] = [0, 0];
  while (fed < wanted) {
    const { events, reports } = gather(traffic, why);
    if (why === 'measure') globalThis.gc?.({ type: 'minor' });
    const began = process.cpuUsage();
    await resolver.takeReports(reports);
    for (let at = 0; at < events.length; at += BATCH) {
      const batch = events.slice(at, at + BATCH);
      await resolver.takeFalco(batch);
      clock.advanceTo(clock.now() + batch.length * millisPerEvent);
      await resolver.idle();
    }
    const { user, system } = process.cpuUsage(began);
    cpu += user + system;
    fed += events.length;
  }
  return (cpu / fed) * wanted;
}

async function forgetEvents({ clock, resolver }: World): Promise<void> {
  for (let minute = 0; minute < 15; minute += 1) {
    clock.advanceTo(clock.now() + 60_000);
    await resolver.takeFalco([]);
  }
}

/** Events as they are when they have been read from the bus; to fill with, fewer of each process. */
function gather(traffic: Traffic, why: 'fill' | 'measure') {
  const gathered = { events: [], reports: [] } as ReturnType<Traffic['next']>;
  while (gathered.events.length < BATCH) {
    const { events, reports } = traffic.next(why === 'measure');
    gathered.reports.push(...reports);
    for (const event of events) {
      if (why === 'measure') gathered.events.push(asRead(event));
      else if (Number(event.output_fields['evt.rawres'] ?? 0) === 0) gathered.events.push(event);
    }
  }
  return gathered;
}

function asRead(event: FalcoEvent): FalcoEvent {
  const read = decode(topics.falcoEvents, encodeJson(event));
  return read.ok ? read.value : event;
}

function heapUsed(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
