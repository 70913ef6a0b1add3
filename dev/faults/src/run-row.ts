import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, type Millis } from '@whoran/kernel';
import { forensicsDifference } from './forensics.ts';
import { type ClusterPart, Load } from './load/load.ts';
import { TruthBook } from './load/truth-book.ts';
import type { LagReader } from './processes/lag.ts';
import type { Row } from './rows/rows.ts';
import type { Stage } from './rows/stage.ts';
import { countCommands } from './score/count-commands.ts';
import { evictedIn } from './score/evicted.ts';
import { type RowResult, problemsOf } from './score/row-result.ts';
import { scoreAlerts } from './score/score-alerts.ts';
import { scoreRow } from './score/score.ts';
import { settle } from './settle.ts';
import { tellingDelay } from './telling-delay.ts';
import type { Watcher } from './watch/watcher.ts';

/** What a row runs on. */
export interface RowGround extends Stage {
  readonly watcher: Watcher;
  readonly lag: LagReader;
}

/** How a row runs. */
export interface RowOptions {
  /** The number of its first event. */
  readonly first: number;
  readonly clusters: readonly ClusterPart[];
  /** How long the load is on at least; it stays on until the fault is over. */
  readonly load: Millis;
}

/** Of the load: before the fault, and after its end. */
const BEFORE = 0.3;
const AFTERWARDS = 2000;
/** Beside outages, of which a fault has up to two. */
const LONGEST_FAULT = 120_000;

/** Runs one row: load, fault, settling, and the comparison of what came with what is true. */
export async function runRow(row: Row, ground: RowGround, options: RowOptions): Promise<{ result: RowResult; next: number }> {
  const { deployment, receiver, bystander, watcher } = ground;
  const truth = new TruthBook(options.first);
  await row.before?.(ground);
  watcher.begin(options.first);
  receiver.begin();
  bystander.begin();
  const since = new Date().toISOString();
  deployment.memory.begin();
  const began = performance.now();
  const clusters = row.load?.(options.clusters) ?? options.clusters;
  const load = new Load({ word: `n${options.first.toString(36)}`, truth, clusters, endpoints: deployment.endpoints });
  const faultProblems = await underLoad(row, ground, options.load);
  await load.stop();
  watcher.loadEnded();
  const seconds = (performance.now() - began) / 1000;
  const settled = await settle({ load, ground });
  const seen = await watcher.seen();
  const score = scoreRow(truth.events, truth.first, seen.answers);
  const alerts = scoreAlerts(truth.events, truth.first, {
    onTopic: seen.alerts,
    received: receiver.received.intersection(bystander.received),
  });
  const expected = countCommands(truth.events, truth.first, seen.answers);
  const forensics = await forensicsDifference(deployment.url('forensics'), load.word, expected);
  const told = await tellingDelay(deployment.url('forensics'), { receiver: 'other', since });
  const memory = deployment.memory.mebibytes;
  const evicted = row.evicts ? evictedIn(await deployment.metrics('falco-ingester')) : 0;
  const measured = {
    name: row.name,
    ...score,
    ...alerts,
    told,
    again: receiver.again + bystander.again,
    doubled: receiver.doubled + bystander.doubled,
    evicted,
    lost: Math.max(0, score.lost - evicted),
    stallSeconds: Math.round(seen.stall / 100) / 10,
    peakMemoryMiB: Math.max(0, ...Object.values(memory)),
    memoryMiB: memory,
    seconds: Math.round(seconds * 10) / 10,
    postponed: load.postponed,
    delays: seen.delays,
    deadLetters: seen.deadLetters,
    restarts: deployment.restarts.splice(0),
    givenUp: Object.fromEntries(load.complaints),
    faultProblems: [
      ...deployment.deaths.splice(0),
      ...faultProblems,
      ...settled,
      ...(forensics === '' ? [] : [`forensics counts other commands: ${forensics}`]),
    ],
  };
  await row.after?.(ground);
  const { faultProblems: _, ...result } = { ...measured, problems: problemsOf(measured) };
  return { result: { ...result, problems: [...result.problems, ...(row.also?.(result) ?? [])] }, next: truth.next };
}

async function underLoad(row: Row, ground: RowGround, load: Millis): Promise<readonly string[]> {
  const until = performance.now() + load;
  await sleep(load * BEFORE);
  const problems = await faultOf(row, ground);
  await sleep(Math.max(row.during ? AFTERWARDS : 0, until - performance.now()));
  return problems;
}

async function faultOf(row: Row, ground: RowGround): Promise<readonly string[]> {
  const limit = new AbortController();
  const longest = LONGEST_FAULT + 2 * ground.outage;
  const tooLong = sleep(longest, [`the fault was not over after ${longest / 1000} s`], { signal: limit.signal, ref: false });
  tooLong.catch(() => undefined); // it is called off when the fault is over in time
  try {
    return await Promise.race([row.during?.(ground) ?? [], tooLong]);
  } catch (error) {
    return [`the fault could not be done: ${messageOf(error)}`];
  } finally {
    limit.abort();
  }
}
