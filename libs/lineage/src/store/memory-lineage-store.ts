import type { Millis } from '@whoran/kernel';
import {
  type Committed,
  LineageStore,
  type NodeFacts,
  type NodeName,
  type NodeNews,
  type OpenEvent,
  type SharedFact,
  type StoredFact,
} from './lineage-store.ts';

interface KeptNode extends NodeName {
  owner: MemoryLineageStore | undefined;
  epoch: number;
  since: NodeNews['since'];
  readonly facts: Map<string, readonly StoredFact[]>;
  readonly open: Map<string, OpenEvent>;
  tended: Millis;
  isRefreshed: boolean;
}

/** 2026-01-01, from where hundredths of a second are counted. */
const EPOCH_ZERO: Millis = 1_767_225_600_000;

/** What several stores of one process share, as resolvers share a Redis. */
export class SharedMemory {
  readonly shared = new Map<string, SharedFact[]>();
  readonly nodes = new Map<string, KeptNode>();
  readonly members = new Set<MemoryLineageStore>();

  /** `lease`: how long a node is looked after, by `now`, without another word. */
  constructor(
    readonly now: () => Millis,
    readonly lease: Millis = 15_000,
  ) {}

  /** Everything is gone, as after a flush. */
  flush(): void {
    this.shared.clear();
    this.nodes.clear();
  }
}

/** Keeps facts in memory for several resolvers of one process: what a store with a server does, for specs. */
export class MemoryLineageStore extends LineageStore {
  override readonly durable = true;
  private listener: (cluster: string, facts: readonly SharedFact[]) => void = () => {};

  constructor(private readonly memory: SharedMemory) {
    super();
    memory.members.add(this);
  }

  override async openCluster(cluster: string): Promise<readonly SharedFact[]> {
    return [...(this.memory.shared.get(cluster) ?? [])];
  }

  override async share(cluster: string, facts: readonly SharedFact[]): Promise<void> {
    this.memory.shared.set(cluster, [...(this.memory.shared.get(cluster) ?? []), ...facts]);
    for (const member of this.memory.members) if (member !== this) member.listener(cluster, facts);
  }

  override listen(listener: (cluster: string, facts: readonly SharedFact[]) => void): void {
    this.listener = listener;
  }

  override async take(cluster: string, nodes: readonly string[]): Promise<readonly NodeFacts[]> {
    return nodes.map((node) => {
      const kept = this.nodeOf(cluster, node);
      kept.owner = this;
      // As a store with a server counts: up, and on from the time when it forgot.
      kept.epoch = Math.max(kept.epoch + 1, Math.floor((this.memory.now() - EPOCH_ZERO) / 10));
      kept.tended = this.memory.now();
      kept.isRefreshed = false;
      const facts = [...kept.facts].map(([name, known]) => ({ name, facts: known }));
      return { epoch: kept.epoch, since: kept.since, facts, open: [...kept.open.values()] };
    });
  }

  override async commit(cluster: string, news: readonly NodeNews[]): Promise<Committed> {
    const result = { lost: [] as string[], emptied: [] as string[], refreshed: [] as string[] };
    for (const of of news) {
      const kept = this.nodeOf(cluster, of.node);
      if (kept.owner === undefined) result.emptied.push(of.node);
      // Nobody's: what was kept is gone, and the caller knows more than anybody.
      kept.owner ??= this;
      if (kept.owner !== this) result.lost.push(of.node);
      else if (kept.isRefreshed) result.refreshed.push(of.node);
      if (kept.owner === this) this.save(kept, of);
    }
    return result;
  }

  override async add(cluster: string, news: readonly NodeNews[]): Promise<void> {
    for (const of of news) {
      const kept = this.nodeOf(cluster, of.node);
      kept.isRefreshed = true;
      this.save(kept, of);
    }
  }

  override async tend(mine: readonly NodeName[]): Promise<readonly NodeName[]> {
    const now = this.memory.now();
    for (const { cluster, node } of mine) this.nodeOf(cluster, node).tended = now;
    const left = [...this.memory.nodes.values()].filter(({ open, tended }) => open.size > 0 && tended < now - this.memory.lease);
    return left.map(({ cluster, node }) => ({ cluster, node }));
  }

  override async close(): Promise<void> {
    this.memory.members.delete(this);
  }

  private save(kept: KeptNode, { since, facts: groups, opened, closed }: NodeNews): void {
    if (since !== undefined && (kept.since === undefined || since < kept.since)) kept.since = since;
    for (const { name, facts } of groups) kept.facts.set(name, [...(kept.facts.get(name) ?? []), ...facts]);
    for (const open of opened) kept.open.set(open.event.whoran.id, open);
    for (const id of closed) kept.open.delete(id);
    kept.tended = this.memory.now();
  }

  private nodeOf(cluster: string, node: string): KeptNode {
    const key = `${cluster}/${node}`;
    const kept: KeptNode = this.memory.nodes.get(key) ?? {
      cluster,
      node,
      owner: undefined,
      epoch: 0,
      since: undefined,
      facts: new Map(),
      open: new Map(),
      tended: 0,
      isRefreshed: false,
    };
    this.memory.nodes.set(key, kept);
    return kept;
  }
}
