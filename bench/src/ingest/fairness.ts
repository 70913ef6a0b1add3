import { startWorker } from '../worker.ts';
import type { Load, Loaded } from './load.ts';
import { type BenchKafka, startIngester } from './world.ts';

/** How a quiet cluster fares alone, and beside one that sends as much as it can. */
export interface Fairness {
  readonly name: 'fairness';
  /** Events a second of the cluster that floods. */
  readonly flood: number;
  /** Milliseconds until a post of the quiet cluster is answered, the largest of 99 of 100. */
  readonly aloneP99: number;
  readonly besideFloodP99: number;
  /** Posts of the quiet cluster that were not answered 200. */
  readonly errors: number;
}

/** Eight nodes that send an event every 20 ms at most. */
const QUIET = { case: 'falco-single', cluster: 'quiet', connections: 8, pause: 20 } as const;
const FLOOD = { case: 'falco-ndjson', cluster: 'bench' } as const;

/** Measures whether one cluster's flood delays another. */
export async function measureFairness(kafka: BenchKafka, { seconds }: { readonly seconds: number }): Promise<Fairness> {
  const service = await startIngester('falco-ingester', kafka);
  const quiet = startWorker<Load, Loaded>('./ingest/load.ts');
  const flood = startWorker<Load, Loaded>('./ingest/load.ts');
  const { url, token, quietToken } = service;
  try {
    await flood.ask({ ...FLOOD, url, token, seconds: 3 });
    const alone = await quiet.ask({ ...QUIET, url, token: quietToken, seconds });
    const flooding = flood.ask({ ...FLOOD, url, token, seconds: seconds + 1 });
    const beside = await quiet.ask({ ...QUIET, url, token: quietToken, seconds });
    const { events, seconds: took } = await flooding;
    const errors = alone.errors + beside.errors;
    return { name: 'fairness', flood: Math.round(events / took), aloneP99: alone.p99, besideFloodP99: beside.p99, errors };
  } finally {
    await Promise.all([quiet.stop(), flood.stop()]);
    await service.stop();
  }
}
