import type { Millis, Nanos } from '@whoran/kernel';
import type { FactNews, NodeNews, Observation, OpenEvent, ProcessRecord, Retained, StoredFact } from '@whoran/lineage';

/** How long facts are kept without another word. */
export interface KeepTimes {
  /** Of processes that belong to a session. */
  readonly sessionTtl: Millis;
  readonly processTtl: Millis;
}

interface Group {
  readonly facts: StoredFact[];
  readonly process: ProcessRecord;
}

interface Pending {
  readonly groups: Map<string, Group>;
  readonly opened: Map<string, Retained>;
  readonly closed: Set<string>;
}

/** Forks of a process are kept by the time in which they came: a shell's may be thousands. */
const FORKS_TOGETHER: Millis = 600_000;

/** Gathers what the store is to keep of the nodes of one cluster, until it is committed. */
export class FactKeeper {
  private readonly nodes = new Map<string, Pending>();
  private readonly stored = new Map<string, Map<string, Retained>>();
  private readonly savedSince = new Map<string, Nanos>();
  private readonly named = new WeakMap<ProcessRecord, { readonly name: string; until: Millis }>();

  /** With a store that keeps nothing there is nothing to gather. */
  constructor(
    private readonly times: KeepTimes,
    private readonly durable: boolean,
  ) {}

  /** Notes an observation that said something new. */
  fact(node: string, process: ProcessRecord, seen: Observation, now: Millis): void {
    const isFork = seen.kind === 'parent' && this.named.has(process);
    const { name } = this.nameOf(process);
    const group = isFork ? `${name}/forks/${Math.floor(now / FORKS_TOGETHER)}` : name;
    this.groupOf(node, group, process).facts.push({ seen, arrived: now });
  }

  /** Notes that a process was recalled from a group of the store. */
  recalled(process: ProcessRecord, group: string): void {
    if (!this.named.has(process) && !group.includes('/forks/')) this.named.set(process, { name: group, until: 0 });
  }

  /** Notes that a process is still there, or belongs to somebody now: it is kept longer when the time comes. */
  see(node: string, process: ProcessRecord, now: Millis): void {
    if (!this.durable) return;
    const known = this.named.get(process);
    if (known && known.until < now + this.keepOf(process) / 2) this.groupOf(node, known.name, process);
  }

  /** Notes that an event's answer may still change. */
  open(node: string, retained: Retained): void {
    if (retained.stored || !this.durable) return;
    retained.stored = true;
    const pending = this.pendingOf(node);
    pending.closed.delete(retained.kept.id);
    pending.opened.set(retained.kept.id, retained);
    this.storedIn(node).set(retained.kept.id, retained);
  }

  /** Notes that the last answer of an event is out. */
  close(node: string, retained: Retained): void {
    if (!retained.stored) return;
    retained.stored = false;
    const { id } = retained.kept;
    const pending = this.pendingOf(node);
    // What was not committed yet need not be.
    if (!pending.opened.delete(id)) pending.closed.add(id);
    this.storedIn(node).delete(id);
  }

  /** Notes that the store has an open event. */
  reopened(node: string, retained: Retained): void {
    retained.stored = true;
    this.storedIn(node).set(retained.kept.id, retained);
  }

  /** Notes that the store has nothing of a node any more: what is open is saved again. */
  emptied(node: string): void {
    this.savedSince.delete(node);
    for (const [id, retained] of this.storedIn(node)) this.pendingOf(node).opened.set(id, retained);
  }

  /** The nodes with open events. */
  openNodes(): string[] {
    return [...this.stored].filter(([, ids]) => ids.size > 0).map(([node]) => node);
  }

  /** What is to be committed: of these nodes, and of every other with news. */
  news(nodes: Iterable<string>, sinceOf: (node: string) => Nanos | undefined): NodeNews[] {
    return [...new Set([...nodes, ...this.nodes.keys()])].map((node) => {
      const { groups, opened, closed } = this.pendingOf(node);
      const since = sinceOf(node);
      const facts = [...groups].map(([name, { facts: own, process }]): FactNews => ({ name, facts: own, keep: this.keepOf(process) }));
      const events = [...opened.values()].map(({ kept, arrived }): OpenEvent => ({ event: kept.event, arrived }));
      return { node, since: since === this.savedSince.get(node) ? undefined : since, facts, opened: events, closed: [...closed] };
    });
  }

  /** What `news` said was committed. */
  committed(news: readonly NodeNews[], now: Millis): void {
    for (const { node, since } of news) {
      if (since !== undefined) this.savedSince.set(node, since);
      for (const [name, { process }] of this.nodes.get(node)?.groups ?? []) {
        const known = this.named.get(process);
        if (known?.name === name) known.until = now + this.keepOf(process);
      }
      this.nodes.delete(node);
    }
  }

  /** Forgets a node that somebody else looks after. */
  drop(node: string): void {
    this.nodes.delete(node);
    this.stored.delete(node);
    this.savedSince.delete(node);
  }

  private keepOf({ decision }: ProcessRecord): Millis {
    return decision.kind === 'none' ? this.times.processTtl : this.times.sessionTtl;
  }

  private nameOf(process: ProcessRecord): { readonly name: string; until: Millis } {
    const known = this.named.get(process) ?? { name: `${process.container.id}/${process.pid}/${process.start}`, until: 0 };
    this.named.set(process, known);
    return known;
  }

  private groupOf(node: string, name: string, process: ProcessRecord): Group {
    const { groups } = this.pendingOf(node);
    const group = groups.get(name) ?? { facts: [], process };
    groups.set(name, group);
    return group;
  }

  private pendingOf(node: string): Pending {
    const pending = this.nodes.get(node) ?? { groups: new Map(), opened: new Map(), closed: new Set() };
    this.nodes.set(node, pending);
    return pending;
  }

  private storedIn(node: string): Map<string, Retained> {
    const ids = this.stored.get(node) ?? new Map<string, Retained>();
    this.stored.set(node, ids);
    return ids;
  }
}
