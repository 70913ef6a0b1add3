import { setTimeout as sleep } from 'node:timers/promises';
import { CLUSTERS, type House, openGround } from './ground.ts';
import { Load } from './load/load.ts';
import { TruthBook } from './load/truth-book.ts';
import type { SoakOptions } from './options.ts';
import { INSPECTED } from './processes/collect-garbage.ts';
import { type Different, SERVICES } from './processes/plans.ts';
import { SoakWatch } from './processes/soak-watch.ts';
import type { RowGround } from './run-row.ts';
import { type Growth, growthOf } from './score/growth.ts';
import { scoreRow } from './score/score.ts';
import { settle } from './settle.ts';

/** What a soak found. */
export interface SoakResult {
  readonly sent: number;
  readonly lost: number;
  readonly wrong: number;
  readonly memory: Readonly<Record<string, Growth>>;
  readonly held: Readonly<Record<string, Growth>>;
  readonly handles: Readonly<Record<string, Growth>>;
  readonly problems: readonly string[];
}

/**
 * What belongs to nobody is remembered for an hour, and sessions for a day: in a soak of minutes that looks like a leak. With
 * a minute each, what is remembered stops growing soon, and what grows then is one.
 */
const SHORT_MEMORY = { WHORAN_RESOLVER_PROCESS_TTL: '60s', WHORAN_RESOLVER_SESSION_TTL: '60s', WHORAN_RESOLVER_REVISE: '30s' };
const DIFFERENT: Different = Object.fromEntries(
  SERVICES.map((service) => [service, { NODE_OPTIONS: INSPECTED, ...(service === 'lineage-resolver' ? SHORT_MEMORY : {}) }]),
);
/** Collecting all garbage takes a service a good part of a second. */
const SAMPLE_EVERY = 30_000;
const MEBIBYTES_OF_NOISE = 15;
const HANDLES_OF_NOISE = 8;

/** Runs the load, prints a line a service and minute, and judges what grew. */
export async function soak(house: House, { minutes, rate }: SoakOptions, say: (line: string) => void): Promise<SoakResult> {
  const ground = await openGround(house, `soak-${process.pid}`, { outage: 0, different: DIFFERENT });
  try {
    const truth = new TruthBook(1);
    ground.watcher.begin(truth.first);
    const clusters = CLUSTERS.map((cluster) => ({ cluster, rate: rate / CLUSTERS.length, skew: 0 }));
    const load = new Load({ word: 'soak', truth, clusters, endpoints: ground.deployment.endpoints });
    const watch = await underLoad(ground, minutes, say);
    await load.stop();
    ground.watcher.loadEnded();
    const unsettled = await settle({ load, ground });
    const { sent, lost, wrong } = scoreRow(truth.events, truth.first, (await ground.watcher.seen()).answers);
    return judge({ sent, lost, wrong }, watch, unsettled);
  } finally {
    await ground.close();
  }
}

async function underLoad({ deployment }: RowGround, minutes: number, say: (line: string) => void): Promise<SoakWatch> {
  const watch = new SoakWatch(deployment);
  const samples = (minutes * 60_000) / SAMPLE_EVERY;
  for (let taken = 1; taken <= samples; taken += 1) {
    await sleep(SAMPLE_EVERY);
    await watch.sample();
    if ((taken * SAMPLE_EVERY) % 60_000 === 0) watch.lines().forEach(say);
  }
  return watch;
}

function judge(counts: Pick<SoakResult, 'sent' | 'lost' | 'wrong'>, watch: SoakWatch, unsettled: readonly string[]): SoakResult {
  const grown = (series: SoakWatch['memory'], slack: number) =>
    Object.fromEntries([...series].map(([instance, samples]) => [instance, growthOf(samples, slack)] as const));
  const memory = grown(watch.memory, MEBIBYTES_OF_NOISE);
  const held = grown(watch.held, MEBIBYTES_OF_NOISE);
  const handles = grown(watch.handles, HANDLES_OF_NOISE);
  const growing = (kind: string, found: Readonly<Record<string, Growth>>) =>
    Object.entries(found)
      .filter(([, { grows }]) => grows)
      .map(([instance, { growth, median }]) => `${kind} of ${instance} grew by ${Math.round(growth)} from about ${Math.round(median)}`);
  return {
    ...counts,
    memory,
    held,
    handles,
    problems: [
      ...(counts.lost > 0 ? [`${counts.lost} events lost`] : []),
      ...(counts.wrong > 0 ? [`${counts.wrong} events attributed wrongly`] : []),
      ...unsettled,
      ...growing('memory (MiB)', memory),
      ...growing('memory that is held (MiB)', held),
      ...growing('open files', handles),
    ],
  };
}
