import { randomUUID } from 'node:crypto';
import { parseJson } from '@whoran/contracts';
import { type Logger, type Millis } from '@whoran/kernel';
import {
  type Committed,
  type FactGroup,
  LineageStore,
  type NodeFacts,
  type NodeName,
  type NodeNews,
  type OpenEvent,
  type SharedFact,
  decodeFact,
} from '@whoran/lineage';
import { type RedisClient, type RedisReply, command, scriptRun } from '@whoran/redis';
import { commitArguments, decodeOpen } from './encode-news.ts';
import { nodeKeys } from './keys.ts';
import { COMMIT, TAKE, TEND } from './scripts.ts';
import { SharedFacts } from './shared-facts.ts';

/** How the store is bounded. */
export interface RedisLineageOptions {
  readonly logger: Logger;
  /** How long what nobody writes to is kept. */
  readonly ttl: Millis;
  /** How long a node with open events counts as looked after without another word. */
  readonly lease?: Millis;
  /** Groups of facts of one node: about as many as processes. */
  readonly maxGroups?: number;
  readonly maxGroupBytes?: number;
  readonly maxOpenEvents?: number;
}

interface Owned {
  readonly epoch: number;
  /** How often facts had been added when the node was taken. */
  readonly added: number;
}

type Outcome = 'saved' | keyof Committed;

/** 2026-01-01, seconds: epochs count from here. */
const EPOCH_ZERO = 1_767_225_600;
const HANDED_OUT = 100;
const SCAN_COUNT = 500;

/** Keeps facts in Redis, for any number of resolvers. One round trip a batch. */
export class RedisLineageStore extends LineageStore {
  override readonly durable = true;
  private readonly me = randomUUID();
  private readonly owned = new Map<string, Owned>();
  private readonly shared: SharedFacts;
  private tended = new Set<string>();

  constructor(
    private readonly redis: RedisClient,
    private readonly options: RedisLineageOptions,
  ) {
    super();
    this.shared = new SharedFacts(redis, options);
  }

  override openCluster(cluster: string): Promise<readonly SharedFact[]> {
    return this.shared.open(cluster);
  }

  override share(cluster: string, facts: readonly SharedFact[]): Promise<void> {
    return this.shared.share(cluster, facts);
  }

  override listen(listener: (cluster: string, facts: readonly SharedFact[]) => void): void {
    this.shared.listen(listener);
  }

  override async take(cluster: string, nodes: readonly string[]): Promise<readonly NodeFacts[]> {
    const taken = await this.redis.pipeline(
      nodes.map((node) => scriptRun(TAKE, [nodeKeys(this.redis, cluster, node).owner], [this.me, this.options.ttl, EPOCH_ZERO])),
    );
    return Promise.all(
      nodes.map(async (node, index) => {
        const [epochText, sinceText, added] = texts(taken[index]);
        const epoch = Number(epochText);
        this.owned.set(memberOf({ cluster, node }), { epoch, added: Number(added) });
        const since = sinceText ? BigInt(sinceText) : undefined;
        return { epoch, since, ...(await this.read(cluster, node)) };
      }),
    );
  }

  override async commit(cluster: string, news: readonly NodeNews[]): Promise<Committed> {
    const { lease = 15_000 } = this.options;
    const commits = news.map((of) => this.commitOf(cluster, of, this.me));
    const tending = news.filter(({ opened }) => opened.length > 0).map(({ node }) => memberOf({ cluster, node }));
    for (const member of tending) this.tended.add(member);
    const tend = tending.length === 0 ? [] : [scriptRun(TEND, [this.tendedKey()], [lease, 0, tending.length, ...tending])];
    const replies = await this.redis.pipeline([...commits, ...tend]);
    const became = news.map(({ node }, index) => ({ node, outcome: this.outcomeOf({ cluster, node }, replies[index]) }));
    const those = (wanted: Outcome) => became.flatMap(({ node, outcome }) => (outcome === wanted ? [node] : []));
    return { lost: those('lost'), emptied: those('emptied'), refreshed: those('refreshed') };
  }

  override async add(cluster: string, news: readonly NodeNews[]): Promise<void> {
    await this.redis.pipeline(news.map((of) => this.commitOf(cluster, of, '')));
  }

  override async tend(mine: readonly NodeName[]): Promise<readonly NodeName[]> {
    const { lease = 15_000 } = this.options;
    const now = new Set(mine.map(memberOf));
    const done = [...this.tended].filter((member) => !now.has(member));
    const reply = await this.redis.send(scriptRun(TEND, [this.tendedKey()], [lease, HANDED_OUT, now.size, ...now, ...done]));
    const left = texts(reply).filter((member): member is string => member !== undefined && !now.has(member));
    this.tended = new Set([...now, ...left]);
    return left.flatMap((member) => nodeOf(member) ?? []);
  }

  override async close(): Promise<void> {
    this.shared.close();
    await this.redis.close();
  }

  /** Without a caller the facts are added whoever the owner is. */
  private commitOf(cluster: string, news: NodeNews, caller: string) {
    const { owner, facts, keep, open } = nodeKeys(this.redis, cluster, news.node);
    const epoch = this.owned.get(memberOf({ cluster, node: news.node }))?.epoch ?? 0;
    return scriptRun(COMMIT, [owner, facts, keep, open], commitArguments(news, { ...this.options, me: caller, epoch }));
  }

  private outcomeOf({ cluster, node }: NodeName, reply: RedisReply | undefined): Outcome {
    const [status, leftOut, added] = Array.isArray(reply) ? reply.map(Number) : [];
    const member = memberOf({ cluster, node });
    const owned = this.owned.get(member);
    if (leftOut) this.options.logger.warn('lineage.store-full', { cluster, node, leftOut });
    if (status === 0) {
      this.owned.delete(member);
      return 'lost';
    }
    if (status === 2) {
      this.options.logger.warn('lineage.store-was-empty', { cluster, node });
      if (owned) this.owned.set(member, { ...owned, added: 0 });
      return 'emptied';
    }
    return added === owned?.added ? 'saved' : 'refreshed';
  }

  private async read(cluster: string, node: string): Promise<Pick<NodeFacts, 'facts' | 'open'>> {
    const keys = nodeKeys(this.redis, cluster, node);
    const facts: FactGroup[] = [];
    const open: OpenEvent[] = [];
    let unreadable = 0;
    for await (const [name, lines] of this.scan(keys.facts)) {
      const known = lines.split('\n').map(decodeFact);
      facts.push({ name, facts: known.filter((fact) => fact !== undefined) });
      unreadable += known.filter((fact) => fact === undefined).length;
    }
    for await (const [, text] of this.scan(keys.open)) {
      const event = decodeOpen(text);
      if (event) open.push(event);
      else unreadable += 1;
    }
    if (unreadable > 0) this.options.logger.error('lineage.store-unreadable', { cluster, node, unreadable });
    return { facts, open };
  }

  private async *scan(key: string): AsyncIterable<readonly [string, string]> {
    // A hash that changes while it is read may give a field twice; taken in twice it changes nothing.
    for (let cursor = '0'; ;) {
      const reply = await this.redis.send(command('HSCAN', key, cursor, 'COUNT', SCAN_COUNT));
      const [next, fields] = Array.isArray(reply) ? (reply as readonly RedisReply[]) : [];
      const pairs = texts(fields);
      for (let at = 0; at + 1 < pairs.length; at += 2) yield [pairs[at] ?? '', pairs[at + 1] ?? ''];
      cursor = String(next);
      if (cursor === '0') return;
    }
  }

  private tendedKey(): string {
    return this.redis.key('tended');
  }
}

function memberOf({ cluster, node }: NodeName): string {
  return JSON.stringify([cluster, node]);
}

function nodeOf(member: string): NodeName | undefined {
  const value = parseJson(member);
  const [cluster, node] = value.ok && Array.isArray(value.value) ? (value.value as readonly unknown[]) : [];
  return typeof cluster === 'string' && typeof node === 'string' ? { cluster, node } : undefined;
}

function texts(reply: RedisReply | undefined): readonly (string | undefined)[] {
  return Array.isArray(reply) ? reply.map((one: RedisReply) => (typeof one === 'string' ? one : undefined)) : [];
}
