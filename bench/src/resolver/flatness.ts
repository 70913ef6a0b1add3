/** A process that feeds a resolver until it holds so many processes, and measures what an event costs then. Needs --expose-gc. */
import 'reflect-metadata';
import { Bus, type BusHealth, type Subscribed } from '@whoran/bus';
import { type ExecSession, type FalcoEvent, type Topic, decode, encodeJson, topics } from '@whoran/contracts';
import { type Millis, SilentLogger, VirtualClock } from '@whoran/kernel';
import { ForgetfulLineageStore } from '@whoran/lineage';
import { LineageResolverConfig, Resolver } from '@whoran/lineage-resolver';
import { Metrics, NoTracing } from '@whoran/service-kit';
import { simulatedVerifier } from '@whoran/testing/simulated-node';
import { Traffic } from './traffic.ts';

/**
 * What the parent process asks for: to hold so many live processes, answered with how many they are; what each of so many events
 * costs, in microseconds of processor time; or the bytes of heap for each process, null when they would be forgotten meanwhile.
 */
export type Wish = { readonly hold: number } | { readonly events: number } | { readonly weigh: true };

/** Always as many: what an event costs with more nodes is another question. */
const NODES = 100;
/**
 * Events a second, with however many live processes: what grows with the rate, as the events that are kept for what might still
 * be said of them, shall not be taken for what grows with processes. More live processes are older ones.
 */
const RATE = 100;
/** How many events come with a new process; about, so that as many are forgotten as come. */
const EVENTS_PER_PROCESS = 2.9;
const BATCH = 500;
/** So many are made at a time, between measuring. */
const GATHERED = 3000;
const MAX_BYTES = 16_384;
const MILLIS_PER_EVENT = 1000 / RATE;
/** After so long the number of events that are kept is steady (WHORAN_RESOLVER_REVISE). */
const STEADY_AFTER: Millis = new LineageResolverConfig().revise;
const FORGOTTEN_AFTER: Millis = STEADY_AFTER + 300_000;

/** Writes events, as a bus does, and sends them nowhere. */
class NoBus extends Bus {
  override publish<T>(_topic: Topic<T>, events: readonly T[]): Promise<void> {
    for (const event of events) written.write(encodeJson(event));
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

/** One for all: buffers of their own would be garbage that a bus does not make. */
const [gathered, written] = [Buffer.alloc(GATHERED * MAX_BYTES), Buffer.alloc(MAX_BYTES)];
const atStart = heapUsed();
let world: World | undefined;

process.on('message', (wish: Wish) => void answer(wish).then((answered) => process.send?.(answered)));

async function answer(wish: Wish): Promise<number | null> {
  if ('hold' in wish) world = await fill(wish.hold);
  if (world === undefined) throw new Error('nothing is held yet');
  if ('events' in wish) return (await feed(world, wish.events, 'measure')) / wish.events;
  return 'weigh' in wish ? weigh(world) : world.held();
}

/** Fills a resolver until it holds so many processes, as many are forgotten as come, and as many events are kept as ever will be. */
async function fill(processes: number): Promise<World> {
  const filled = openWorld(processes);
  while ((await filled.held()) < processes) await feed(filled, Math.max(500, processes / 4), 'fill');
  await feed(filled, (STEADY_AFTER / 1000) * RATE, 'measure');
  return filled;
}

interface World {
  readonly traffic: Traffic;
  readonly clock: VirtualClock;
  readonly resolver: Resolver;
  readonly held: () => Promise<number>;
}

function openWorld(processes: number): World {
  const traffic = new Traffic({ clusters: 1, nodesPerCluster: NODES, sessionsOneIn: 10 });
  const clock = new VirtualClock(1_767_261_600_000);
  const metrics = new Metrics('bench');
  const life = processes * EVENTS_PER_PROCESS * MILLIS_PER_EVENT;
  const config = Object.assign(new LineageResolverConfig(), { processTtl: life, sessionTtl: life, maxProcesses: 2 * processes });
  const parts = { store: new ForgetfulLineageStore(), verifier: simulatedVerifier, bus: new NoBus(), clock, logger: new SilentLogger() };
  const resolver = new Resolver({ ...parts, metrics, tracing: new NoTracing() }, config);
  const held = async () => Number(/^whoran_resolver_processes\S* (\S+)/m.exec(await metrics.registry.metrics())?.[1]);
  return { traffic, clock, resolver, held };
}

/**
 * Feeds so many events at a steady rate; resolves with the processor time that the resolver takes, with reading and writing them as
 * it does between two topics, in microseconds.
 */
async function feed({ traffic, resolver, clock }: World, wanted: number, why: 'fill' | 'measure'): Promise<number> {
  let [cpu, fed] = [0, 0];
  while (fed < wanted) {
    const { reports, events } = gather(traffic, why);
    if (why === 'measure') globalThis.gc?.({ type: 'minor' }); // what was made here is not its garbage
    const began = process.cpuUsage();
    await resolver.takeReports(reports);
    for (let at = 0; at < events.length; at += BATCH) {
      const batch = events.slice(at, at + BATCH).flatMap((event) => ('length' in event ? read(...event) : event));
      await resolver.takeFalco(batch);
      clock.advanceTo(clock.now() + batch.length * MILLIS_PER_EVENT);
      await resolver.idle();
    }
    const { user, system } = process.cpuUsage(began);
    cpu += user + system;
    fed += events.length;
  }
  return (cpu / fed) * wanted;
}

/** What processes take when no event is kept any more. */
async function weigh({ clock, resolver, held }: World): Promise<number | null> {
  const before = await held();
  for (const end = clock.now() + FORGOTTEN_AFTER; clock.now() < end;) {
    clock.advanceTo(clock.now() + 60_000);
    await resolver.takeFalco([]);
  }
  const bytes = heapUsed() - atStart;
  const now = await held(); // after the heap was looked at, so that they are still held then
  return now < before / 2 ? null : Math.round(bytes / now);
}

interface Gathered {
  readonly reports: ExecSession[];
  /** Where in `gathered` each stands, or what was read already. */
  readonly events: (FalcoEvent | readonly [from: number, to: number])[];
}

/** Events as they come from a topic; to fill with, fewer of each process, and read already. */
function gather(traffic: Traffic, why: 'fill' | 'measure'): Gathered {
  const { reports, events }: Gathered = { reports: [], events: [] };
  for (let end = 0; events.length < GATHERED;) {
    const next = traffic.next(why === 'measure');
    reports.push(...next.reports);
    for (const event of next.events) {
      if (why === 'measure') events.push([end, (end += gathered.write(encodeJson(event), end))]);
      else if (Number(event.output_fields['evt.rawres'] ?? 0) === 0) events.push(event);
    }
  }
  return { reports, events };
}

function read(from: number, to: number): FalcoEvent[] {
  const event = decode(topics.falcoEvents, gathered.toString('utf8', from, to));
  return event.ok ? [event.value] : [];
}

function heapUsed(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
