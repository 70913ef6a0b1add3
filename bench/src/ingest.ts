import { availableParallelism, loadavg } from 'node:os';
import type { Bare, BareAnswer } from './ingest/bare.ts';
import { CASES, type Case, SENDINGS } from './ingest/bodies.ts';
import { type Fairness, measureFairness } from './ingest/fairness.ts';
import type { Load, Loaded } from './ingest/load.ts';
import { type BenchKafka, openKafka, startIngester } from './ingest/world.ts';
import { printRows } from './summary.ts';
import { startWorker } from './worker.ts';

/** How the ingesters are measured. */
export interface IngestBenchOptions {
  readonly seconds: number;
  readonly warmUp: number;
  readonly only?: Case | 'fairness';
  readonly json: boolean;
}

/** What one case came to. */
interface Outcome {
  readonly name: Case;
  /** Events a second that were answered with 200, so acknowledged by Kafka. */
  readonly eventsPerSecond: number;
  readonly errors: number;
  readonly p99: number;
  /** Processor time of the service per event, microseconds: it says more than the rate when the machine is busy. */
  readonly cpuPerEvent: number;
  /** The same messages from a loop of kafkajs alone, without HTTP. */
  readonly bareProducer: number;
  /** The same requests to a server that does nothing. */
  readonly bareHttp: number;
  readonly goal: number;
  readonly met: boolean;
}

/** Measures the ingesters with real Kafka, beside a bare producer and a bare HTTP server. Every part is a process of its own. */
export async function benchIngest(options: IngestBenchOptions): Promise<void> {
  const before = loadavg()[0] ?? 0;
  const kafka = await openKafka();
  try {
    const outcomes: Outcome[] = [];
    const wanted = (name: Case | 'fairness') => options.only === undefined || options.only === name;
    for (const name of CASES) if (wanted(name)) outcomes.push(await measure(name, kafka, options));
    const fairness = wanted('fairness') ? await measureFairness(kafka, options) : undefined;
    print({ outcomes, fairness }, before, options);
  } finally {
    await kafka.stop();
  }
}

async function measure(name: Case, kafka: BenchKafka, options: IngestBenchOptions): Promise<Outcome> {
  const { goal } = SENDINGS[name];
  const bareHttp = await measureEcho(name, options);
  const bareProducer = await measureProducer(name, kafka, options);
  const { loaded, cpu } = await measureService(name, kafka, options);
  const eventsPerSecond = Math.round(loaded.events / loaded.seconds);
  const cpuPerEvent = Math.round((cpu * 1e7) / loaded.events) / 10;
  const { errors, p99 } = loaded;
  return { name, eventsPerSecond, errors, p99, cpuPerEvent, bareProducer, bareHttp, goal, met: eventsPerSecond >= goal && errors === 0 };
}

async function measureService(name: Case, kafka: BenchKafka, { seconds, warmUp }: IngestBenchOptions) {
  const service = await startIngester(SENDINGS[name].service, kafka);
  const source = startWorker<Load, Loaded>('./ingest/load.ts');
  try {
    const load = { case: name, cluster: 'bench', url: service.url, token: service.token };
    await source.ask({ ...load, seconds: warmUp });
    const before = await service.cpuSeconds();
    const loaded = await source.ask({ ...load, seconds });
    return { loaded, cpu: (await service.cpuSeconds()) - before };
  } finally {
    await source.stop();
    await service.stop();
  }
}

async function measureEcho(name: Case, { seconds }: IngestBenchOptions): Promise<number> {
  const target = startWorker<Bare, BareAnswer>('./ingest/bare.ts');
  const source = startWorker<Load, Loaded>('./ingest/load.ts');
  try {
    const answer = await target.ask({ kind: 'echo' });
    const url = 'url' in answer ? answer.url : '';
    const loaded = await source.ask({ case: name, cluster: 'bench', url, token: 'none', seconds: Math.min(seconds, 5) });
    return Math.round(loaded.events / loaded.seconds);
  } finally {
    await source.stop();
    await target.stop();
  }
}

async function measureProducer(name: Case, { brokers, prefix }: BenchKafka, { seconds }: IngestBenchOptions): Promise<number> {
  const producer = startWorker<Bare, BareAnswer>('./ingest/bare.ts');
  try {
    const topic = `${prefix}${SENDINGS[name].topic.name}`;
    const answer = await producer.ask({ kind: 'producer', case: name, brokers, topic, seconds: Math.min(seconds, 8) });
    return 'eventsPerSecond' in answer ? answer.eventsPerSecond : NaN;
  } finally {
    await producer.stop();
  }
}

interface Results {
  readonly outcomes: readonly Outcome[];
  readonly fairness: Fairness | undefined;
}

function print({ outcomes, fairness }: Results, before: number, { json }: IngestBenchOptions): void {
  const cores = availableParallelism();
  if (json) {
    const results = [...outcomes, ...(fairness ? [fairness] : [])];
    process.stdout.write(`${JSON.stringify({ bench: 'ingest', cores, loadBefore: before, results })}\n`);
    return;
  }
  const rows = outcomes.map((o) =>
    [o.name, o.eventsPerSecond, o.goal, o.met ? 'met' : 'missed', o.errors, o.p99, o.cpuPerEvent, o.bareProducer, o.bareHttp].map(String),
  );
  const head = ['', 'events/s', 'goal', '', 'errors', 'p99 ms', 'µs CPU/event', 'bare kafkajs/s', 'bare HTTP/s'];
  const table = rows.length === 0 ? '' : `${printRows([head, ...rows])}\n`;
  const beside = fairness
    ? `a quiet cluster's posts: p99 ${fairness.aloneP99} ms alone, ${fairness.besideFloodP99} ms beside a flood of ${fairness.flood} events/s, ${fairness.errors} refused\n`
    : '';
  const busy = before > 0.5 ? `the machine was busy before (load ${before.toFixed(1)}): other programs are in these numbers\n` : '';
  process.stdout.write(
    `${table}${beside}${cores} cores for service, Kafka and load together; answered means acknowledged by Kafka\n${busy}`,
  );
}
