import { setTimeout as sleep } from 'node:timers/promises';
import { encodeJson } from '@whoran/contracts';
import type { ClusterPart } from '../load/load.ts';
import { SERVICES, type ServiceName } from '../processes/plans.ts';
import type { RowResult } from '../score/row-result.ts';
import { flushRedis } from './flush-redis.ts';
import type { Stage } from './stage.ts';

/** One fault. */
export interface Row {
  readonly name: string;
  /** What is done, for people. */
  readonly about: string;
  /** Makes ready what the row needs, before the load. */
  readonly before?: (stage: Stage) => Promise<void>;
  /** Does the fault under load; what it returns went wrong with the fault itself. */
  readonly during?: (stage: Stage) => Promise<readonly string[]>;
  /** Whether the spool may drop events of low priority, which must be counted by it. */
  readonly evicts?: boolean;
  /** Undoes what `before` did, when everything has settled. */
  readonly after?: (stage: Stage) => Promise<void>;
  /** The load, when it is not the usual one; given what each cluster usually has. */
  readonly load?: (usual: readonly ClusterPart[]) => readonly ClusterPart[];
  /** What must also hold; each line says what does not. */
  readonly also?: (result: RowResult) => readonly string[];
}

const SKEW = 120_000;
const FLOOD = 3;
/** Milliseconds: far below any outage, and what a machine that does everything at once needs. */
const UNDELAYED = 3000;
/** Bytes. The spool compresses: ten thousand events of this load, which are much alike, take less than a MiB. */
const SMALL_DISK = 512 * 1024;
/** The least that the setting allows. */
const SMALL_SPOOL = 1024 * 1024;

/** Every row of the table, in its order. */
export const ROWS: readonly Row[] = [
  { name: 'baseline', about: 'no fault' },
  ...SERVICES.map((service) => killed(service)),
  ...SERVICES.map((service) => terminated(service)),
  { name: 'kafka-stopped', about: 'Kafka is stopped for a while', during: ({ servers, outage }) => away(servers.kafka, outage) },
  { name: 'kafka-restarted', about: 'Kafka is restarted', during: ({ servers }) => away(servers.kafka, 0) },
  { name: 'redis-stopped', about: 'Redis is stopped for a while', during: ({ servers, outage }) => away(servers.redis, outage) },
  { name: 'redis-flushed', about: 'Redis forgets everything', during: flushed },
  { name: 'rebalance', about: 'a second lineage-resolver joins, and leaves again', during: rebalance },
  {
    name: 'poison-message',
    about: 'bytes that are no event, and events that are not valid, on falco-events',
    during: poison,
    also: letters,
  },
  { name: 'output-503', about: 'the receiver of alerts answers 503 for a while', during: misbehaving({ status: 503 }) },
  { name: 'output-slow', about: 'the receiver of alerts takes 3 s for each for a while', during: misbehaving({ delay: 3000 }) },
  { name: 'receiver-down', about: 'nobody can connect to the receiver of alerts for twice as long', during: gone, also: undelayed },
  {
    name: 'receiver-429',
    about: 'the receiver of alerts answers 429 with Retry-After: 2 for a while',
    during: misbehaving({ status: 429, retryAfter: 2 }),
    also: undelayed,
  },
  {
    name: 'receiver-hangs',
    about: 'the receiver of alerts never answers for a while',
    during: misbehaving({ hangs: true }),
    also: undelayed,
  },
  {
    name: 'kill-delivering',
    about: 'the receiver of alerts takes 0.2 s for each, and alert-router is killed meanwhile',
    during: killDelivering,
  },
  { name: 'two-routers', about: 'a second alert-router joins, the first is killed, and the second leaves again', during: twoRouters },
  {
    name: 'disk-full',
    about: 'Kafka is stopped for a while, and the disk of the spool is full after half a MiB: senders are answered 503 and come again',
    before: onSmallDisk,
    during: ({ servers, outage }) => away(servers.kafka, outage),
    also: refusals,
    after: ({ deployment }) => deployment.change('falco-ingester'),
  },
  {
    name: 'spool-full',
    about: 'Kafka is stopped for twice as long, and the spool may have 1 MiB: the oldest events below Notice are given up, and counted',
    before: ({ deployment }) => deployment.change('falco-ingester', { environment: { WHORAN_FALCO_SPOOL_MAX_BYTES: String(SMALL_SPOOL) } }),
    during: ({ servers, outage }) => away(servers.kafka, 2 * outage),
    evicts: true,
    also: evictions,
    after: ({ deployment }) => deployment.change('falco-ingester'),
  },
  {
    name: 'clock-skew',
    about: 'clocks of nodes are 2 minutes ahead in one cluster, and 2 minutes behind in the other',
    load: (usual) => usual.map((part, index) => ({ ...part, skew: index % 2 === 0 ? SKEW : -SKEW })),
  },
  {
    name: 'cluster-flood',
    about: 'one cluster sends three times as much as usual',
    load: (usual) => usual.map((part, index) => (index === 0 ? { ...part, rate: part.rate * FLOOD } : part)),
  },
];

function killed(service: ServiceName): Row {
  return {
    name: `kill-${service}`,
    about: `${service} is killed (SIGKILL) and started again at once`,
    during: async ({ deployment }) => {
      await deployment.crash(service);
      return [];
    },
  };
}

function terminated(service: ServiceName): Row {
  return {
    name: `term-${service}`,
    about: `${service} is replaced: a new process first, then SIGTERM to the old one`,
    during: ({ deployment }) => deployment.rollOut(service),
  };
}

async function away(server: Stage['servers']['kafka'], outage: number): Promise<readonly string[]> {
  await server.stop();
  await sleep(outage);
  await server.start();
  return [];
}

async function flushed({ servers }: Stage): Promise<readonly string[]> {
  await flushRedis(servers.redisUrl);
  return [];
}

async function rebalance({ deployment, outage }: Stage): Promise<readonly string[]> {
  const second = await deployment.join('lineage-resolver');
  await sleep(outage);
  const ending = await deployment.leave(second);
  return ending === '0' ? [] : [`the second lineage-resolver ended with ${ending}`];
}

/** The folder of the spool is a file system of its own, which is full soon. Only this process sees it. */
async function onSmallDisk({ deployment }: Stage): Promise<void> {
  const folder = deployment.setting('falco-ingester', 'WHORAN_FALCO_SPOOL_DIR');
  const script = 'mount -t tmpfs -o "size=$1" tmpfs "$2" && shift 2 && exec "$@"';
  // Without being root, a user namespace gives the right to mount.
  const unshare = process.getuid?.() === 0 ? ['unshare', '--mount'] : ['unshare', '--mount', '--map-root-user'];
  await deployment.change('falco-ingester', { within: [...unshare, 'sh', '-c', script, 'sh', String(SMALL_DISK), folder] });
}

function refusals({ postponed }: RowResult): readonly string[] {
  return postponed > 0 ? [] : ['the disk was not full: no sender was answered 503'];
}

function evictions({ evicted }: RowResult): readonly string[] {
  return evicted > 0 ? [] : ['the spool was not full: nothing was given up'];
}

function misbehaving(manners: Parameters<Stage['receiver']['behave']>[0]) {
  return async ({ receiver, outage }: Stage): Promise<readonly string[]> => {
    receiver.behave(manners);
    await sleep(outage);
    receiver.behave({});
    return [];
  };
}

async function gone({ receiver, outage }: Stage): Promise<readonly string[]> {
  await receiver.away(2 * outage);
  return [];
}

/** What is done to one receiver must not delay another. */
function undelayed({ told }: RowResult): readonly string[] {
  if (!told) return ['forensics does not say when the other receiver was told'];
  return told.within99 > UNDELAYED ? [`the other receiver was told after ${told.within99} ms (p99)`] : [];
}

async function killDelivering({ deployment, receiver, outage }: Stage): Promise<readonly string[]> {
  receiver.behave({ delay: 200 });
  await sleep(outage / 2);
  await deployment.crash('alert-router');
  receiver.behave({});
  return [];
}

async function twoRouters({ deployment, outage }: Stage): Promise<readonly string[]> {
  const second = await deployment.join('alert-router');
  await sleep(outage / 2);
  await deployment.crash('alert-router');
  await sleep(outage / 2);
  const ending = await deployment.leave(second);
  return ending === '0' ? [] : [`the second alert-router ended with ${ending}`];
}

/** Poison for every partition: as many keys as there are nodes and more. */
const KEYS = Array.from({ length: 12 }, (_, index) => `poison/node-${index}`);

async function poison({ topics }: Stage): Promise<readonly string[]> {
  const invalid = { rule: 'x', priority: 'Debug', time: 'yesterday', output_fields: { 'proc.pid': {} } };
  const values = [Buffer.from([0xff, 0xfe, 0x00, 0x80]), Buffer.from('{"rule":'), Buffer.from(encodeJson(invalid))];
  await topics.toFalcoEvents(KEYS.flatMap((key) => values.map((value) => ({ key, value }))));
  return [];
}

function letters({ deadLetters }: RowResult): readonly string[] {
  const count = Object.values(deadLetters).reduce((sum, number) => sum + number, 0);
  return count < KEYS.length * 3 ? [`${count} dead letters instead of ${KEYS.length * 3} at least`] : [];
}
