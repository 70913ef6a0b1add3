import type { ExecSession, TokenVerifier } from '@whoran/contracts';
import type { Millis, Nanos } from '@whoran/kernel';
import { absorb } from './absorb.ts';
import { ClaimBook } from './claim-book.ts';
import { ContainerBook } from './container-book.ts';
import { type Knowledge, decide } from './decide.ts';
import { sameDecision } from './decision.ts';
import type { Fork } from './fork-book.ts';
import { mentionedPids } from './find-parent.ts';
import { wasWatched } from './match-audit.ts';
import { MemberBook } from './member-book.ts';
import { NodeLineage } from './node-lineage.ts';
import type { Observation } from './observation.ts';
import { type ContainerRecord, type ProcessRecord, addChild, removeChild } from './process-record.ts';
import { SessionBook } from './session-book.ts';
import type { SessionRecord } from './session-record.ts';
import { SuspectBook } from './suspect-book.ts';
import { TokenChecker } from './token-check.ts';
import { TokenHolders } from './token-holders.ts';

/** A process begins this long before its first event at most, and clocks read within a machine differ by less. */
const TOLERANCE: Nanos = 2_000_000_000n;

/** What the kubelet runs in a container by itself: probes and lifecycle hooks. */
export interface ProbeLookup {
  isProbe(namespace: string, pod: string, container: string | undefined, programs: ProcessRecord['programs']): boolean;
}

/** Is told of every observation that said something new, so that it can be kept. */
export type FactListener = (node: string, process: ProcessRecord, seen: Observation) => void;

/** What arrived last before these times, by our clock, is forgotten. */
export interface ForgetBefore {
  readonly processes: Millis;
  /** Processes that belong to nobody. */
  readonly unnamed: Millis;
  readonly sessions: Millis;
}

/**
 * Everything known of one cluster: sessions, processes and who belongs to whom. Facts are kept as they come and decisions
 * follow from facts alone, so the same facts give the same decisions in any order. After taking in a batch, `settle`
 * decides what the new facts touch and says which processes' answers changed.
 */
export class ClusterLineage {
  readonly sessions = new SessionBook();
  private readonly nodes = new Map<string, NodeLineage>();
  private readonly containers = new ContainerBook();
  private readonly tokens: TokenChecker;
  private readonly claims = new ClaimBook();
  private readonly suspects = new SuspectBook();
  private readonly members = new MemberBook();
  private readonly holders = new TokenHolders();
  private readonly known = new WeakMap<NodeLineage, Knowledge>();
  private readonly dirty = new Set<ProcessRecord>();
  private readonly changed = new Set<ProcessRecord>();
  /** Whether the last observation said anything new. */
  private isNews = false;

  constructor(
    readonly cluster: string,
    verifier: TokenVerifier,
    private readonly probes: ProbeLookup,
    private readonly onFact: FactListener = () => {},
  ) {
    this.tokens = new TokenChecker(cluster, verifier);
  }

  /** How much is held: the processes of all nodes. */
  get size(): number {
    return [...this.nodes.values()].reduce((sum, { table }) => sum + table.size, 0);
  }

  /** Takes in a report about a session, arrived `now` by our clock. Returns the record if it says anything new. */
  takeReport(report: ExecSession, now: Millis): SessionRecord | undefined {
    const record = this.sessions.add(report, now);
    if (!record) return undefined;
    const pod = `${record.namespace}/${record.pod}`;
    this.suspects.dirtyPods.add(pod);
    this.learnOffsets(record.id);
    for (const process of this.holders.of(record.id)) this.dirty.add(process);
    const made = record.kind === 'debug-pod' || record.kind === 'ephemeral-container';
    for (const container of made ? this.containers.of(pod) : []) this.reconsider(container);
    for (const process of this.members.of(record.id)) this.changed.add(process);
    return record;
  }

  /** Takes in what an event tells, arrived `now` by our clock; returns its process. */
  takeObservation(nodeName: string, seen: Observation, now: Millis): ProcessRecord {
    const process = this.recall(nodeName, seen, now);
    if (this.isNews) this.onFact(nodeName, process, seen);
    return process;
  }

  /** Takes in an observation that is kept already. */
  recall(nodeName: string, seen: Observation, now: Millis): ProcessRecord {
    const node = this.nodeNamed(nodeName);
    this.learnOf(node, seen);
    const { container, fresh } = node.table.containerOf(seen, now);
    const { began } = container;
    const process = node.table.processOf(seen, container);
    const { vpid } = process;
    const appeared = process.ghost || !process.node;
    this.isNews = fresh || appeared || began !== container.began;
    process.lastSeen = Math.max(process.lastSeen, now);
    process.node = node;
    if (began !== container.began) this.reconsider(container);
    for (const absorbed of node.table.takeAbsorbed()) {
      this.forgetProcess(absorbed);
      this.dirty.add(process);
    }
    if (absorb(process, seen)) {
      this.isNews = true;
      this.touch(process, node);
    }
    if (vpid !== process.vpid) this.changed.add(process); // its name in answers has it
    if (appeared) for (const other of node.table.mentionsOf(process.pid)) this.dirty.add(other);
    if (process.vpid !== undefined) node.table.nameVpid(process, process.vpid);
    if (seen.childVpid !== undefined) this.forked(seen.childVpid, node, { at: seen.at, arrived: now, parent: process });
    if (fresh) this.named(container);
    return process;
  }

  /** Decides everything that new facts touch; returns the processes whose answer, or whose session, changed since last time. */
  settle(): ReadonlySet<ProcessRecord> {
    const { dirtyPods } = this.suspects;
    while (this.dirty.size > 0 || dirtyPods.size > 0) {
      for (const process of this.dirty) {
        this.dirty.delete(process);
        this.redecide(process);
      }
      for (const pod of dirtyPods) {
        dirtyPods.delete(pod);
        this.rematch(pod);
      }
    }
    const changed = new Set(this.changed);
    this.changed.clear();
    return changed;
  }

  /** What a decision about a process may look at: the same for all processes of a node. */
  knowledge(process: ProcessRecord): Knowledge {
    const node = this.nodeIn(process);
    const known = this.known.get(node) ?? this.knowledgeOf(node);
    this.known.set(node, known);
    return known;
  }

  /** Whether a node's processes are held. */
  knows(nodeName: string): boolean {
    return this.nodes.has(nodeName);
  }

  /** Begins a node, watched since a time that was kept. */
  openNode(nodeName: string, since: Nanos | undefined): void {
    const node = this.nodeNamed(nodeName);
    if (since !== undefined && node.watch(since)) this.reconsiderUnexplained(node);
  }

  /** The time of a node's earliest event. */
  sinceOf(nodeName: string): Nanos | undefined {
    return this.nodes.get(nodeName)?.since;
  }

  /** Forgets a node and its processes: another resolver looks after it. */
  dropNode(nodeName: string): void {
    const node = this.nodes.get(nodeName);
    if (!node) return;
    for (const process of node.table.forget({ processes: Infinity, unnamed: Infinity })) {
      process.dropped = true;
      this.forgetProcess(process);
    }
    this.nodes.delete(nodeName);
    this.containers.forget(Infinity);
  }

  /** The node of a process, by Falco's hostname. */
  nodeNameOf(process: ProcessRecord): string {
    return this.nodeIn(process).name;
  }

  /** Whether a session's root, or something that shows its token as a root would, was seen. */
  hasRoot(sessionId: string): boolean {
    return this.claims.has(sessionId) || this.members.of(sessionId).size > 0;
  }

  /** Whether Falco has seen a container of a pod: its node is then watched. */
  sees(namespace: string, pod: string): boolean {
    return this.containers.of(`${namespace}/${pod}`).size > 0;
  }

  /** The keys of tokens have changed: everything that shows a token is decided again. */
  keysChanged(): void {
    this.tokens.forget();
    for (const process of this.holders.all()) this.dirty.add(process);
  }

  /** Forgets what was last seen before the given times. */
  forget(before: ForgetBefore): void {
    for (const { table } of this.nodes.values()) for (const process of table.forget(before)) this.forgetProcess(process);
    this.containers.forget(before.unnamed);
    this.sessions.forget(before.sessions, (id) => this.members.of(id).size > 0);
  }

  private knowledgeOf(node: NodeLineage): Knowledge {
    return {
      table: node.table,
      tokens: this.tokens,
      session: (id) => this.sessions.get(id),
      claimants: (id) => this.claims.of(id),
      offset: () => node.offset,
      watched: (session) => node.since !== undefined && wasWatched(session.requested, node.since, node.offset),
      tellsForks: () => node.tellsForks,
      precedesWatch: ({ start }) => node.since !== undefined && start < node.since - TOLERANCE,
      debugSession: (container) => this.sessions.debugSession(container, latest(node.offset)),
      match: (suspect) => this.suspects.match(suspect),
      isProbe: ({ container, programs }) => this.probes.isProbe(container.namespace ?? '', container.pod ?? '', container.name, programs),
    };
  }

  private nodeNamed(name: string): NodeLineage {
    const node = this.nodes.get(name) ?? new NodeLineage(name);
    this.nodes.set(name, node);
    return node;
  }

  /** What an observation says of its node: since when it is watched, and whether Falco tells of forks there. */
  private learnOf(node: NodeLineage, seen: Observation): void {
    if (node.watch(seen.at)) this.reconsiderUnexplained(node);
    if (!node.tellsForks && (seen.kind === 'child' || seen.kind === 'parent')) this.forksTold(node);
  }

  private forked(childVpid: number, node: NodeLineage, fork: Fork): void {
    this.isNews = true;
    for (const child of node.table.forks.add(fork.parent.container, childVpid, fork)) this.dirty.add(child);
  }

  private forgetProcess(process: ProcessRecord): void {
    this.members.leave(process);
    this.claim(process, undefined);
    this.suspects.forget(process);
    this.holders.forget(process);
    this.dirty.delete(process);
    this.changed.delete(process);
  }

  private touch(process: ProcessRecord, node: NodeLineage): void {
    this.dirty.add(process);
    for (const pid of mentionedPids(process)) node.table.mention(pid, process);
    this.holders.enter(process);
    this.suspects.touch(process);
  }

  /** A container's pod became known: its processes may be somebody's now. */
  private named(container: ContainerRecord): void {
    this.containers.enter(container);
    this.reconsider(container);
    for (const process of container.members) if (process.node) this.changed.add(process);
  }

  private reconsider(container: ContainerRecord): void {
    // A parent that was only heard of, and turned out not to be one, is on no node.
    for (const process of container.members) if (process.node) this.dirty.add(process);
  }

  private redecide(process: ProcessRecord): void {
    const { decision, origin, claims, suspect } = decide(process, this.knowledge(process));
    this.reparent(process, origin.kind === 'inside' ? origin.parent : undefined);
    this.claim(process, claims);
    this.suspects.set(process, suspect);
    if (sameDecision(decision, process.decision)) return;
    this.members.leave(process);
    process.decision = decision;
    this.members.join(process);
    this.holders.decided(process);
    this.changed.add(process);
    for (const child of process.children) this.dirty.add(child);
  }

  private reparent(process: ProcessRecord, parent: ProcessRecord | undefined): void {
    if (parent === process.parent) return;
    if (process.parent) removeChild(process.parent, process);
    process.parent = parent;
    this.changed.add(process);
    if (!parent) return;
    addChild(parent, process);
    // A parent known only by its child lives on the child's node.
    parent.node ??= process.node;
  }

  private claim(process: ProcessRecord, sessionId: string | undefined): void {
    for (const id of this.claims.set(process, sessionId)) {
      for (const other of this.claims.of(id)) this.dirty.add(other);
      this.learnOffsets(id, process);
      this.rootsChanged(id);
    }
  }

  /** Whether a session has a root decides what its pod's other processes can be. */
  private rootsChanged(sessionId: string): void {
    const session = this.sessions.get(sessionId);
    if (!session) return;
    this.suspects.dirtyPods.add(`${session.namespace}/${session.pod}`);
    for (const process of this.holders.of(sessionId)) this.dirty.add(process);
  }

  /** The best claim to a session tells how far its node's clock is from the API server's; `gone` claims it no more. */
  private learnOffsets(sessionId: string, gone?: ProcessRecord): void {
    const session = this.sessions.get(sessionId);
    const [best, ...others] = this.claims.of(sessionId);
    const node = best?.node;
    const rest = new Set([...others, ...(gone ? [gone] : [])].map((process) => process.node));
    for (const other of rest) if (other && other !== node && other.learn(sessionId, undefined)) this.clockMoved(other);
    if (!best || !node || !session) return;
    if (node.learn(sessionId, { start: best.start, requested: session.requested, ended: session.ended })) this.clockMoved(node);
  }

  private clockMoved(node: NodeLineage): void {
    this.reconsiderUnexplained(node);
    for (const claimant of this.claims.all()) if (claimant.node === node) this.dirty.add(claimant);
  }

  /** What is known of a node's clock or watch changed: that decides what the audit log can explain there. */
  private reconsiderUnexplained(node: NodeLineage): void {
    for (const process of this.suspects.touchAll((suspect) => suspect.node === node)) this.dirty.add(process);
    for (const process of this.holders.unnamed()) if (process.node === node) this.dirty.add(process);
  }

  /** Falco tells of forks on this node: a token of unknown origin counts less from now on. */
  private forksTold(node: NodeLineage): void {
    node.tellsForks = true;
    for (const process of this.holders.all()) if (process.node === node) this.dirty.add(process);
  }

  private rematch(pod: string): void {
    const [namespace = '', name = ''] = pod.split('/');
    const sessions = this.sessions.ofPod(namespace, name).filter((session) => this.canExplain(session));
    const changed = this.suspects.rematch(pod, sessions, (process) => {
      const { offset, since = process.start } = this.nodeIn(process);
      return { process, offset, since };
    });
    for (const process of changed) this.dirty.add(process);
  }

  private canExplain(session: SessionRecord): boolean {
    return session.started && !session.refused && (session.kind === 'exec' || session.kind === 'copy') && !this.claims.has(session.id);
  }

  private nodeIn(process: ProcessRecord): NodeLineage {
    return process.node as NodeLineage; // set when the process, or its first child, was taken in
  }
}

/** By how much a node's clock may be ahead of the API server's. */
function latest(offset: NodeLineage['offset']): Nanos {
  return offset.known ? offset.high + TOLERANCE : offset.high;
}
