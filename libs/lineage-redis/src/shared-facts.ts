import { ExecSession, check, encodeJson, parseJson } from '@whoran/contracts';
import { type Logger, type Millis, messageOf } from '@whoran/kernel';
import type { Probes, SharedFact } from '@whoran/lineage';
import { type RedisClient, type RedisCommand, type RedisReply, type RedisSubscription, command } from '@whoran/redis';
import { clusterKeys } from './keys.ts';

const MAX_ENTRIES = 100_000;
const READ_COUNT = 1_000;
/** Pods may live long, and what the kubelet runs in them is said once. */
const PROBES_TTL: Millis = 30 * 86_400_000;

type Listener = (cluster: string, facts: readonly SharedFact[]) => void;

/** What resolvers tell one another of a cluster: a stream that each reads from its beginning and then follows. */
export class SharedFacts {
  /** The clusters that are followed, and the last entry that was read of each. */
  private readonly read = new Map<string, string>();
  private readonly reading = new Map<string, Promise<void>>();
  private listener: Listener = () => {};
  private subscription: RedisSubscription | undefined;

  constructor(
    private readonly redis: RedisClient,
    private readonly options: { readonly logger: Logger; readonly ttl: Millis },
  ) {}

  listen(listener: Listener): void {
    this.listener = listener;
    this.subscription ??= this.redis.subscribe(this.channel(), {
      onMessage: (cluster) => this.follow(cluster),
      // What was published while nobody listened is in the streams.
      onSubscribed: () => [...this.read.keys()].forEach((cluster) => this.follow(cluster)),
    });
  }

  /** Everything that is kept of a cluster, the oldest first; later facts go to the listener. */
  async open(cluster: string): Promise<readonly SharedFact[]> {
    const keys = clusterKeys(this.redis, cluster);
    const old = command('XTRIM', keys.shared, 'MINID', '~', Date.now() - this.options.ttl);
    const [, probes] = await this.redis.pipeline([old, command('HGETALL', keys.probes)]);
    const facts = probesOf(probes);
    facts.push(...(await this.readFrom(cluster, '-')));
    return facts;
  }

  async share(cluster: string, facts: readonly SharedFact[]): Promise<void> {
    if (facts.length === 0) return;
    const keys = clusterKeys(this.redis, cluster);
    const commands: RedisCommand[] = facts.map((fact) =>
      command('XADD', keys.shared, 'MAXLEN', '~', MAX_ENTRIES, '*', 'fact', encodeJson(fact)),
    );
    for (const fact of facts) {
      if (fact.kind !== 'probes') continue;
      const pod = `${fact.namespace}/${fact.pod}`;
      const isGone = Object.keys(fact.probes).length === 0;
      commands.push(isGone ? command('HDEL', keys.probes, pod) : command('HSET', keys.probes, pod, encodeJson(fact.probes)));
      commands.push(command('PEXPIRE', keys.probes, PROBES_TTL));
    }
    commands.push(command('PEXPIRE', keys.shared, this.options.ttl), command('PUBLISH', this.channel(), cluster));
    await this.redis.pipeline(commands);
  }

  close(): void {
    this.subscription?.close();
    this.read.clear();
  }

  private channel(): string {
    return this.redis.key('shared');
  }

  /** Reads what is new of a cluster, one reading after the other. */
  private follow(cluster: string): void {
    const last = this.read.get(cluster);
    if (last === undefined) return;
    const next = (this.reading.get(cluster) ?? Promise.resolve()).then(async () => {
      const facts = await this.readFrom(cluster, `(${this.read.get(cluster) ?? '0-0'}`);
      if (facts.length > 0) this.listener(cluster, facts);
    });
    const settled = next.catch((error: unknown) => this.options.logger.warn('lineage.follow-failed', { cluster, error: messageOf(error) }));
    this.reading.set(cluster, settled);
  }

  private async readFrom(cluster: string, from: string): Promise<SharedFact[]> {
    const { shared } = clusterKeys(this.redis, cluster);
    const facts: SharedFact[] = [];
    for (let start = from; ;) {
      const reply = await this.redis.send(command('XRANGE', shared, start, '+', 'COUNT', READ_COUNT));
      const entries = Array.isArray(reply) ? (reply as readonly RedisReply[]) : [];
      for (const entry of entries) facts.push(...factOf(entry));
      const last = idOf(entries.at(-1));
      if (last !== undefined) this.read.set(cluster, last);
      if (entries.length < READ_COUNT || last === undefined) break;
      start = `(${last}`;
    }
    if (!this.read.has(cluster)) this.read.set(cluster, '0-0');
    return facts;
  }
}

function idOf(entry: RedisReply | undefined): string | undefined {
  return Array.isArray(entry) && typeof entry[0] === 'string' ? entry[0] : undefined;
}

function factOf(entry: RedisReply): SharedFact[] {
  const fields = Array.isArray(entry) ? (entry[1] as RedisReply) : undefined;
  const text = Array.isArray(fields) ? (fields[1] as RedisReply) : undefined;
  const value = typeof text === 'string' ? parseJson(text) : undefined;
  return value?.ok ? checked(value.value as SharedFact) : [];
}

/** What is not as we write it is left out: it was written by another version, or by somebody else. */
function checked(fact: SharedFact): SharedFact[] {
  switch (fact.kind) {
    case 'report': {
      const report = check<ExecSession>(ExecSession, fact.report);
      return report.ok ? [{ kind: 'report', report: report.value }] : [];
    }
    case 'probes':
      return isProbes(fact.probes) ? [fact] : [];
    case 'image':
      return typeof fact.imageId === 'string' && typeof fact.pod === 'string' ? [fact] : [];
    default:
      return [];
  }
}

function isProbes(value: unknown): value is Probes {
  return typeof value === 'object' && value !== null && Object.values(value).every(Array.isArray);
}

function probesOf(reply: RedisReply | undefined): SharedFact[] {
  const facts: SharedFact[] = [];
  const pairs = Array.isArray(reply) ? (reply as readonly RedisReply[]) : [];
  for (let at = 0; at + 1 < pairs.length; at += 2) {
    const [namespace = '', pod = ''] = String(pairs[at]).split('/', 2);
    const probes = parseJson(String(pairs[at + 1]));
    if (probes.ok && isProbes(probes.value)) facts.push({ kind: 'probes', namespace, pod, probes: probes.value });
  }
  return facts;
}
