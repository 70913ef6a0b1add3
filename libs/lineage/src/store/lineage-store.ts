import type { ExecSession, FalcoEvent } from '@whoran/contracts';
import type { Millis, Nanos } from '@whoran/kernel';
import type { Observation } from '../observation.ts';

/** An observation that said something new, and when it arrived by the clock of whoever took it in. */
export interface StoredFact {
  readonly seen: Observation;
  readonly arrived: Millis;
}

/** Facts that are kept equally long: those of a process, say. */
export interface FactGroup {
  readonly name: string;
  readonly facts: readonly StoredFact[];
}

/** An event whose answer is not out, or may still change: whoever owns its node next emits it. */
export interface OpenEvent {
  readonly event: FalcoEvent;
  readonly arrived: Millis;
}

/** What is kept of a node. Facts come in any order and may repeat: taking them in again gives the same lineage. */
export interface NodeFacts {
  /** Higher than that of every owner before: what this owner emits counts more than what any of them did. */
  readonly epoch: number;
  /** The time of the node's earliest event. */
  readonly since: Nanos | undefined;
  readonly facts: readonly FactGroup[];
  readonly open: readonly OpenEvent[];
}

/** New facts of a group, or none when it is only to be kept longer. */
export interface FactNews extends FactGroup {
  /** How long everything of the group is kept from now on. */
  readonly keep: Millis;
}

/** What happened on a node since the last commit. */
export interface NodeNews {
  readonly node: string;
  readonly since: Nanos | undefined;
  readonly facts: readonly FactNews[];
  readonly opened: readonly OpenEvent[];
  /** The ids of events whose last answer is out. */
  readonly closed: readonly string[];
}

/** What became of a commit. */
export interface Committed {
  /** Somebody else is their owner now: of them nothing was saved, and nothing may be emitted. */
  readonly lost: readonly string[];
  /** Nothing was kept of them any more: what was open is to be saved again. */
  readonly emptied: readonly string[];
  /** Facts were added to them: the owner takes them again. */
  readonly refreshed: readonly string[];
}

/** Commands that the kubelet runs in a container by itself. */
export type Probes = Readonly<Record<string, readonly (readonly string[])[]>>;

/** A fact that concerns nodes that the one who learned it may not own. The same fact twice changes nothing. */
export type SharedFact =
  | { readonly kind: 'report'; readonly report: ExecSession }
  /** What the kubelet runs in a pod, by container; empty when nothing, or when the pod is gone. */
  | { readonly kind: 'probes'; readonly namespace: string; readonly pod: string; readonly probes: Probes }
  /** Whether an injected exec of an image showed a root. */
  | { readonly kind: 'image'; readonly imageId: string; readonly pod: string; readonly worked: boolean };

/** A node of a cluster. */
export interface NodeName {
  readonly cluster: string;
  readonly node: string;
}

/**
 * Where facts live beyond the process. A node has one owner, the resolver that took it last; facts of a cluster are shared
 * by all. Facts are committed before the events that rest on them are emitted, and are kept for a bounded time.
 * Every method rejects with DependencyUnavailable when the store is away.
 */
export abstract class LineageStore {
  /** Whether facts outlive the process. What is not durable is flushed when the resolver ends. */
  abstract readonly durable: boolean;
  /** What is shared in a cluster. From now on the listener hears of what others share there. */
  abstract openCluster(cluster: string): Promise<readonly SharedFact[]>;
  abstract share(cluster: string, facts: readonly SharedFact[]): Promise<void>;
  /** Whom to tell what others share. It may be told what it knows. */
  abstract listen(listener: (cluster: string, facts: readonly SharedFact[]) => void): void;
  /** Makes the caller the owner of these nodes; answers one for each. */
  abstract take(cluster: string, nodes: readonly string[]): Promise<readonly NodeFacts[]>;
  /** Saves; nodes without news are told of too, to learn whether they are still the caller's. */
  abstract commit(cluster: string, news: readonly NodeNews[]): Promise<Committed>;
  /** Adds facts to nodes whoever owns them. Owners learn of it with their next commit. */
  abstract add(cluster: string, news: readonly NodeNews[]): Promise<void>;
  /**
   * Says that the caller looks after the open events of these nodes, and answers those that nobody looks after any more:
   * the caller takes them. Called every few seconds.
   */
  abstract tend(mine: readonly NodeName[]): Promise<readonly NodeName[]>;
  abstract close(): Promise<void>;
}
