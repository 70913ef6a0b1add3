import type { ExecSession, TokenVerifier } from '@whoran/contracts';
import type { Nanos } from '@whoran/kernel';
import { type AuditMatch, type Knowledge, decide } from './decide.ts';
import { sameDecision } from './decision.ts';
import { mentionedPids } from './find-parent.ts';
import { isCertain, matchAudit, wasWatched } from './match-audit.ts';
import { NodeLineage } from './node-lineage.ts';
import type { Observation } from './observation.ts';
import { type ContainerRecord, type ProcessRecord, absorb } from './process-record.ts';
import { SessionBook } from './session-book.ts';
import type { SessionRecord } from './session-record.ts';
import { TokenChecker } from './token-check.ts';

const NO_CLAIMANTS: readonly ProcessRecord[] = [];
/** A process begins this long before its first event at most, and clocks read within a machine differ by less. */
const TOLERANCE: Nanos = 2_000_000_000n;

/** What `kubectl` and the pod's specification say a container runs by itself: probes and lifecycle hooks. */
export interface ProbeLookup {
  isProbe(namespace: string, pod: string, container: string | undefined, programs: ProcessRecord['programs']): boolean;
}

/**
 * Everything known of one cluster: sessions, processes and who belongs to whom. Facts are kept as they come and decisions
 * follow from facts alone, so the same facts give the same decisions in any order. After taking in a batch, `settle`
 * decides what the new facts touch and says which processes' answers changed.
 */
export class ClusterLineage {
  readonly sessions = new SessionBook();
  private readonly nodes = new Map<string, NodeLineage>();
  private readonly tokens: TokenChecker;
  private readonly claims = new Map<string, Set<ProcessRecord>>();
  private readonly claimOf = new Map<ProcessRecord, string>();
  private readonly suspects = new Map<string, Set<ProcessRecord>>();
  private readonly matches = new Map<ProcessRecord, AuditMatch>();
  private readonly members = new Map<string, Set<ProcessRecord>>();
  private readonly containers = new Map<string, Set<ContainerRecord>>();
  private readonly nodeOf = new WeakMap<ProcessRecord, NodeLineage>();
  private readonly dirty = new Set<ProcessRecord>();
  private readonly dirtyPods = new Set<string>();
  private readonly changed = new Set<ProcessRecord>();

  constructor(
    readonly cluster: string,
    verifier: TokenVerifier,
    private readonly probes: ProbeLookup,
  ) {
    this.tokens = new TokenChecker(cluster, verifier);
  }

  /** How much is held: the processes of all nodes. */
  get size(): number {
    return [...this.nodes.values()].reduce((sum, { table }) => sum + table.size, 0);
  }

  /** Takes in a report about a session. Returns the record if it says anything new. */
  takeReport(report: ExecSession): SessionRecord | undefined {
    const record = this.sessions.add(report);
    if (!record) return undefined;
    const pod = `${record.namespace}/${record.pod}`;
    this.dirtyPods.add(pod);
    this.learnOffsets(record.id);
    for (const container of this.containers.get(pod) ?? []) this.reconsider(container);
    for (const process of this.members.get(record.id) ?? []) this.changed.add(process);
    return record;
  }

  /** Takes in what an event tells; returns its process. */
  takeObservation(nodeName: string, seen: Observation): ProcessRecord {
    const node = this.nodes.get(nodeName) ?? new NodeLineage(nodeName);
    this.nodes.set(nodeName, node);
    if (node.watch(seen.at)) this.reconsiderUnexplained(node);
    const { table } = node;
    const { container, fresh } = table.containerOf(seen);
    const { began } = container;
    const process = table.processOf(seen, container);
    if (began !== container.began) this.reconsider(container);
    for (const absorbed of table.takeAbsorbed()) {
      this.forgetProcess(absorbed);
      this.dirty.add(process);
    }
    this.nodeOf.set(process, node);
    const wasNamed = process.vpid !== undefined;
    if (absorb(process, seen)) this.touch(process, node);
    if (!wasNamed && process.vpid !== undefined) table.nameVpid(process, process.vpid);
    if (seen.childVpid !== undefined) {
      table.addFork(container, seen.childVpid, { at: seen.at, parent: process });
      for (const child of table.childrenOf(container, seen.childVpid, seen.at)) this.dirty.add(child);
    }
    if (fresh) this.named(container);
    return process;
  }

  /** Decides everything that new facts touch; returns the processes whose answer, or whose session, changed since last time. */
  settle(): ReadonlySet<ProcessRecord> {
    while (this.dirty.size > 0 || this.dirtyPods.size > 0) {
      for (const process of this.dirty) {
        this.dirty.delete(process);
        this.redecide(process);
      }
      for (const pod of this.dirtyPods) {
        this.dirtyPods.delete(pod);
        this.rematch(pod);
      }
    }
    const changed = new Set(this.changed);
    this.changed.clear();
    return changed;
  }

  /** What a decision about a process may look at. */
  knowledge(process: ProcessRecord): Knowledge {
    const node = this.nodeOf.get(process) as NodeLineage;
    return {
      table: node.table,
      tokens: this.tokens,
      session: (id) => this.sessions.get(id),
      claimants: (id) => this.claimants(id),
      offset: () => node.offset,
      watched: (session) => node.since !== undefined && wasWatched(session.requested, node.since, node.offset),
      precedesWatch: ({ start }) => node.since !== undefined && start < node.since - TOLERANCE,
      debugSession: (container) => this.sessions.debugSession(container, node.offset.known ? node.offset.high + TOLERANCE : node.offset.high),
      match: (suspect) => this.matches.get(suspect),
      isProbe: ({ container, programs }) => this.probes.isProbe(container.namespace ?? '', container.pod ?? '', container.name, programs),
    };
  }

  /** The node of a process, by Falco's hostname. */
  nodeNameOf(process: ProcessRecord): string {
    return (this.nodeOf.get(process) as NodeLineage).name;
  }

  /** Whether a session's root, or something that shows its token as a root would, was seen. */
  hasRoot(sessionId: string): boolean {
    return this.claimants(sessionId).length > 0 || (this.members.get(sessionId)?.size ?? 0) > 0;
  }

  /** Whether Falco has seen a container of a pod: its node is then watched. */
  sees(namespace: string, pod: string): boolean {
    return (this.containers.get(`${namespace}/${pod}`)?.size ?? 0) > 0;
  }

  /** The keys of tokens have changed: everything that shows a token is decided again. */
  keysChanged(): void {
    this.tokens.forget();
    for (const node of this.nodes.values()) {
      for (const process of node.table.all()) if (process.tokens.length > 0 || process.claims.length > 0) this.dirty.add(process);
    }
  }

  /** Forgets what was last seen before the given times, by the nodes' and the API server's clocks. */
  forget(before: { readonly processes: Nanos; readonly unnamed: Nanos; readonly sessions: Nanos }): void {
    for (const { table } of this.nodes.values()) {
      const old = ({ lastSeen, decision }: ProcessRecord) => lastSeen < (decision.kind === 'none' ? before.unnamed : before.processes);
      for (const process of table.forget(old, before.unnamed)) this.forgetProcess(process);
    }
    for (const [pod, containers] of this.containers) {
      for (const container of containers) if (container.lastSeen < before.unnamed) containers.delete(container);
      if (containers.size === 0) this.containers.delete(pod);
    }
    for (const id of this.sessions.forget(before.sessions, (id) => (this.members.get(id)?.size ?? 0) > 0)) this.members.delete(id);
  }

  private forgetProcess(process: ProcessRecord): void {
    this.leave(process);
    this.claim(process, undefined);
    this.suspect(process, false);
    this.matches.delete(process);
    this.dirty.delete(process);
    this.changed.delete(process);
  }

  private touch(process: ProcessRecord, node: NodeLineage): void {
    this.dirty.add(process);
    for (const pid of mentionedPids(process)) node.table.mention(pid, process);
    for (const other of node.table.mentionsOf(process.pid)) this.dirty.add(other);
    const pod = podOf(process.container);
    if (pod !== undefined && this.suspects.get(pod)?.has(process)) this.dirtyPods.add(pod);
  }

  /** A container's pod became known: its processes may be somebody's now. */
  private named(container: ContainerRecord): void {
    const pod = podOf(container);
    if (pod !== undefined) this.containers.set(pod, (this.containers.get(pod) ?? new Set()).add(container));
    this.reconsider(container);
  }

  private reconsider(container: ContainerRecord): void {
    for (const process of container.members) this.dirty.add(process);
  }

  private redecide(process: ProcessRecord): void {
    const node = this.nodeOf.get(process);
    if (!node) this.adopt(process);
    const { decision, origin, claims, suspect } = decide(process, this.knowledge(process));
    const parent = origin.kind === 'inside' ? origin.parent : undefined;
    if (parent !== process.parent) this.reparent(process, parent);
    this.claim(process, claims);
    this.suspect(process, suspect);
    if (sameDecision(decision, process.decision)) return;
    this.leave(process);
    process.decision = decision;
    this.join(process);
    this.changed.add(process);
    for (const child of process.children) this.dirty.add(child);
  }

  /** A ghost is made while a child is decided; it lives on its child's node. */
  private adopt(process: ProcessRecord): void {
    for (const node of this.nodes.values()) if (node.table.holds(process)) this.nodeOf.set(process, node);
  }

  private reparent(process: ProcessRecord, parent: ProcessRecord | undefined): void {
    process.parent?.children.delete(process);
    process.parent = parent;
    parent?.children.add(process);
    this.changed.add(process);
    if (!parent) return;
    const node = this.nodeOf.get(process) as NodeLineage;
    if (!this.nodeOf.has(parent)) this.nodeOf.set(parent, node);
  }

  private claim(process: ProcessRecord, sessionId: string | undefined): void {
    const old = this.claimOf.get(process);
    if (old === sessionId) return;
    for (const id of [old, sessionId]) {
      if (id === undefined) continue;
      const claims = this.claims.get(id) ?? new Set();
      if (id === sessionId) claims.add(process);
      else claims.delete(process);
      if (claims.size > 0) this.claims.set(id, claims);
      else this.claims.delete(id);
      for (const other of claims) this.dirty.add(other);
      this.learnOffsets(id, process);
      this.rootsChanged(id);
    }
    if (sessionId === undefined) this.claimOf.delete(process);
    else this.claimOf.set(process, sessionId);
  }

  /** Whether a session has a root decides what its pod's other processes can be. */
  private rootsChanged(sessionId: string): void {
    const session = this.sessions.get(sessionId);
    if (!session) return;
    this.dirtyPods.add(`${session.namespace}/${session.pod}`);
    for (const process of this.tokenHolders(session)) this.dirty.add(process);
  }

  private *tokenHolders(session: SessionRecord): Iterable<ProcessRecord> {
    for (const { members } of this.containers.get(`${session.namespace}/${session.pod}`) ?? []) {
      for (const process of members) if (process.tokens.length > 0 && process.decision.kind === 'none') yield process;
    }
  }

  private claimants(sessionId: string): readonly ProcessRecord[] {
    const claims = this.claims.get(sessionId);
    if (!claims) return NO_CLAIMANTS;
    return [...claims].sort((a, b) => rank(a) - rank(b) || (a.start < b.start ? -1 : a.start > b.start ? 1 : a.pid - b.pid));
  }

  /** The best claim to a session tells how far its node's clock is from the API server's; `gone` claims it no more. */
  private learnOffsets(sessionId: string, gone?: ProcessRecord): void {
    const session = this.sessions.get(sessionId);
    const [best, ...others] = this.claimants(sessionId);
    const node = best && this.nodeOf.get(best);
    const rest = new Set([...others, ...(gone ? [gone] : [])].map((process) => this.nodeOf.get(process)));
    for (const other of rest) if (other && other !== node && other.learn(sessionId, undefined)) this.clockMoved(other);
    if (!best || !node || !session) return;
    if (node.learn(sessionId, { start: best.start, requested: session.requested, ended: session.ended })) this.clockMoved(node);
  }

  private clockMoved(node: NodeLineage): void {
    this.reconsiderUnexplained(node);
    for (const [claimant] of this.claimOf) if (this.nodeOf.get(claimant) === node) this.dirty.add(claimant);
  }

  /** What is known of a node's clock or watch changed: that decides what the audit log can explain there. */
  private reconsiderUnexplained(node: NodeLineage): void {
    for (const [pod, processes] of this.suspects) {
      for (const suspect of processes) {
        if (this.nodeOf.get(suspect) !== node) continue;
        this.dirty.add(suspect);
        this.dirtyPods.add(pod);
      }
    }
    for (const process of node.table.all()) if (process.tokens.length > 0 && process.decision.kind === 'none') this.dirty.add(process);
  }

  private suspect(process: ProcessRecord, is: boolean): void {
    const pod = podOf(process.container);
    if (pod === undefined) return;
    const suspects = this.suspects.get(pod) ?? new Set();
    if (suspects.has(process) === is) return;
    if (is) suspects.add(process);
    else suspects.delete(process);
    if (suspects.size > 0) this.suspects.set(pod, suspects);
    else this.suspects.delete(pod);
    this.dirtyPods.add(pod);
  }

  private rematch(pod: string): void {
    const [namespace = '', name = ''] = pod.split('/');
    const sessions = this.sessions.ofPod(namespace, name).filter((session) => this.canExplain(session));
    const suspects = [...(this.suspects.get(pod) ?? [])].map((process) => {
      const { offset, since } = this.nodeOf.get(process) as NodeLineage;
      return { process, offset, since: since ?? process.start };
    });
    const matches = matchAudit(suspects, sessions);
    for (const process of this.suspects.get(pod) ?? []) {
      const fitting = matches.get(process) ?? [];
      const kind = isCertain(matches, process) ? 'certain' : 'ambiguous';
      this.setMatch(process, fitting.length === 0 ? undefined : { kind, sessionIds: fitting.map(({ id }) => id) });
    }
  }

  private setMatch(process: ProcessRecord, match: AuditMatch | undefined): void {
    const old = this.matches.get(process);
    if (old?.kind === match?.kind && old?.sessionIds.join() === match?.sessionIds.join()) return;
    if (match) this.matches.set(process, match);
    else this.matches.delete(process);
    this.dirty.add(process);
  }

  private canExplain(session: SessionRecord): boolean {
    return session.started && !session.refused && (session.kind === 'exec' || session.kind === 'copy') && !this.claims.has(session.id);
  }

  private join(process: ProcessRecord): void {
    for (const id of sessionsOf(process)) this.members.set(id, (this.members.get(id) ?? new Set()).add(process));
  }

  private leave(process: ProcessRecord): void {
    for (const id of sessionsOf(process)) {
      const members = this.members.get(id);
      members?.delete(process);
      if (members?.size === 0) this.members.delete(id);
    }
  }
}

function sessionsOf({ decision }: ProcessRecord): readonly string[] {
  if (decision.kind === 'session') return [decision.sessionId];
  return decision.kind === 'ambiguous' ? decision.sessionIds : [];
}

function podOf({ namespace, pod }: ContainerRecord): string | undefined {
  return namespace === undefined || pod === undefined ? undefined : `${namespace}/${pod}`;
}

/** A token in front of the command is a better claim than one in the environment. */
function rank(process: ProcessRecord): number {
  return process.claims.length > 0 ? 0 : 1;
}
