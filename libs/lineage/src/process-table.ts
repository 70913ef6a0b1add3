import type { Millis, Nanos } from '@whoran/kernel';
import { UNDECIDED } from './decision.ts';
import type { Observation, SeenParent } from './observation.ts';
import { type ContainerRecord, type ProcessRecord, merge } from './process-record.ts';

const MILLISECOND = 1_000_000n;
/** Start times read from /proc after a Falco restart are coarse: this far apart they may be the same. */
const COARSE = 1_500n * MILLISECOND;
/** Two exact start times of one process are equal; clock ticks and rounding copies stay below this. */
const EXACT = 20n * MILLISECOND;
/** How far the parent's record of a fork may be from the child's start. */
const FORK = 2_000n * MILLISECOND;

/** A fork that a parent reported. */
export interface Fork {
  readonly at: Nanos;
  /** When that was reported, by our clock. */
  readonly arrived: Millis;
  readonly parent: ProcessRecord;
}

/**
 * The processes of one node. A pid is reused, so it has a list of lives, told apart by start time; forks that parents
 * reported wait here for their children, and the other way round.
 */
export class ProcessTable {
  private readonly containers = new Map<string, ContainerRecord>();
  private readonly lives = new Map<number, ProcessRecord[]>();
  private readonly forks = new Map<string, Fork[]>();
  private readonly mentions = new Map<number, Set<ProcessRecord>>();
  private readonly byVpid = new Map<string, ProcessRecord[]>();
  private readonly births = new WeakMap<ProcessRecord, Nanos>();
  private absorbed: ProcessRecord[] = [];
  private total = 0;

  /** How many processes are held. */
  get size(): number {
    return this.total;
  }

  /** The container of an event, with what the event knows of it. `fresh`: its name or pod became known just now. */
  containerOf(seen: Observation, now: Millis): { readonly container: ContainerRecord; readonly fresh: boolean } {
    const { id, name, namespace, pod } = seen.container;
    const container = this.containers.get(id) ?? { id, name, namespace, pod, began: undefined, lastSeen: now, members: new Set() };
    this.containers.set(id, container);
    const fresh = container.members.size === 0 || (!container.name && !!name) || (!container.pod && !!pod);
    container.name ??= name;
    container.namespace ??= namespace;
    container.pod ??= pod;
    container.lastSeen = now;
    return { container, fresh };
  }

  /** The process of an event, made if it is new. Threads belong to the life of their pid that is on at that time. */
  processOf(seen: Observation, container: ContainerRecord): ProcessRecord {
    if (seen.start === undefined) return this.threadOf(seen, container) ?? this.addProvisional(seen, container);
    const { start } = seen;
    const birth = seen.kind === 'child';
    const process = this.life(seen.pid, start, container, birth) ?? this.addReal(seen, start, container);
    if (birth) this.births.set(process, start);
    if (start < process.start) process.start = start;
    if (container.began === undefined || process.start < container.began) container.began = process.start;
    return process;
  }

  /** The record of a parent that an event mentions; made as a ghost when no event of its own was seen. */
  parentOf(parent: SeenParent, at: Nanos, container: ContainerRecord): ProcessRecord | undefined {
    if (parent.start === undefined) return this.aliveAt(parent.pid, at);
    const known = this.life(parent.pid, parent.start, undefined, false);
    if (known) return known;
    const ghost = this.add(parent.pid, parent.vpid, parent.start, container);
    ghost.ghost = true;
    return ghost;
  }

  /** The life of a pid at a time, in any container; nothing if none had begun. */
  aliveAt(pid: number, at: Nanos): ProcessRecord | undefined {
    let found: ProcessRecord | undefined;
    for (const life of this.lives.get(pid) ?? []) {
      if (life.start <= at + EXACT && (!found || life.start > found.start)) found = life;
    }
    return found;
  }

  /** The records that turned out to be another process since last asked. */
  takeAbsorbed(): readonly ProcessRecord[] {
    const absorbed = this.absorbed;
    if (absorbed.length > 0) this.absorbed = [];
    return absorbed;
  }

  /** The process that a thread belongs to, if an event of its own was seen. */
  threadOf(seen: Observation, container: ContainerRecord): ProcessRecord | undefined {
    const life = this.aliveAt(seen.pid, seen.at);
    return life?.container === container ? life : undefined;
  }

  /** Whether a parent is a process of any container: it then lies inside, whatever its pids look like. */
  isContained(parent: SeenParent, at: Nanos): ProcessRecord | undefined {
    const life = parent.start === undefined ? this.aliveAt(parent.pid, at) : this.life(parent.pid, parent.start, undefined, false);
    return life?.ghost ? undefined : life;
  }

  /** Notes which pid a process has inside its container, once that is known. */
  nameVpid(process: ProcessRecord, vpid: number): void {
    process.vpid = vpid;
    const key = `${process.container.id}/${vpid}`;
    const others = this.byVpid.get(key) ?? [];
    if (!others.includes(process)) this.byVpid.set(key, [...others, process]);
  }

  /** Remembers a fork that its parent reported. */
  addFork(container: ContainerRecord, childVpid: number, fork: Fork): void {
    const key = `${container.id}/${childVpid}`;
    const forks = this.forks.get(key) ?? [];
    if (!forks.some(({ at, parent }) => at === fork.at && parent === fork.parent)) this.forks.set(key, [...forks, fork].slice(-8));
  }

  /** The parent that reported the fork of this process, nearest in time. */
  forkParent(process: ProcessRecord): ProcessRecord | undefined {
    if (process.vpid === undefined) return undefined;
    let found: Fork | undefined;
    for (const fork of this.forks.get(`${process.container.id}/${process.vpid}`) ?? []) {
      const apart = distance(fork.at, process.start);
      if (apart <= FORK && fork.parent !== process && (!found || apart < distance(found.at, process.start))) found = fork;
    }
    return found?.parent;
  }

  /** Notes that the decision about a process depends on who a pid is. */
  mention(pid: number, by: ProcessRecord): void {
    const mentions = this.mentions.get(pid) ?? new Set();
    this.mentions.set(pid, mentions.add(by));
  }

  /** Who asked for this pid, as a parent or an ancestor. */
  mentionsOf(pid: number): Iterable<ProcessRecord> {
    return this.mentions.get(pid) ?? [];
  }

  /** The processes that a fork record can be about: those that have this pid inside the container. */
  childrenOf(container: ContainerRecord, vpid: number, at: Nanos): ProcessRecord[] {
    const processes = this.byVpid.get(`${container.id}/${vpid}`) ?? [];
    return processes.filter((process) => distance(process.start, at) <= FORK);
  }

  /** Whether a process is of this node. */
  holds(process: ProcessRecord): boolean {
    return this.lives.get(process.pid)?.includes(process) ?? false;
  }

  /** Every process, in no order. */
  *all(): Iterable<ProcessRecord> {
    for (const lives of this.lives.values()) yield* lives;
  }

  /** Forgets processes, forks and containers for which `isOld` says so of their last sighting. Returns the processes. */
  forget(isOld: (process: ProcessRecord) => boolean, before: Millis): ProcessRecord[] {
    const gone: ProcessRecord[] = [];
    for (const [pid, lives] of this.lives) {
      const old = lives.filter(isOld);
      if (old.length === 0) continue;
      gone.push(...old);
      const kept = lives.filter((life) => !old.includes(life));
      if (kept.length > 0) this.lives.set(pid, kept);
      else this.lives.delete(pid);
    }
    for (const process of gone) this.unlink(process);
    for (const [key, forks] of this.forks) {
      const kept = forks.filter((fork) => fork.arrived >= before);
      if (kept.length > 0) this.forks.set(key, kept);
      else this.forks.delete(key);
    }
    for (const [id, container] of this.containers) if (container.lastSeen < before) this.containers.delete(id);
    return gone;
  }

  private unlink(process: ProcessRecord): void {
    this.total -= 1;
    process.container.members.delete(process);
    const key = `${process.container.id}/${process.vpid ?? 0}`;
    const rest = (this.byVpid.get(key) ?? []).filter((other) => other !== process);
    if (rest.length > 0) this.byVpid.set(key, rest);
    else this.byVpid.delete(key);
    process.parent?.children.delete(process);
    for (const child of process.children) if (child.parent === process) child.parent = undefined;
    const pids = [process.insideParent?.value.pid, process.outsideParent?.value.pid, ...(process.insideParent?.value.ancestors ?? [])];
    for (const pid of pids) {
      if (pid === undefined) continue;
      const mentions = this.mentions.get(pid);
      mentions?.delete(process);
      if (mentions?.size === 0) this.mentions.delete(pid);
    }
  }

  private life(pid: number, start: Nanos, container: ContainerRecord | undefined, birth: boolean): ProcessRecord | undefined {
    let found: ProcessRecord | undefined;
    for (const life of this.lives.get(pid) ?? []) {
      if (life.provisional || (container && life.container !== container)) continue;
      const apart = distance(life.start, start);
      // Of two exact births the second is a reused pid, however close.
      const limit = birth && this.births.has(life) ? EXACT : COARSE;
      if (apart <= limit && (!found || apart < distance(found.start, start))) found = life;
    }
    return found;
  }

  private addProvisional(seen: Observation, container: ContainerRecord): ProcessRecord {
    const process = this.add(seen.pid, seen.vpid, seen.at, container);
    process.provisional = true;
    return process;
  }

  /** A process whose threads were seen before itself takes over what they told. */
  private addReal(seen: Observation, start: Nanos, container: ContainerRecord): ProcessRecord {
    const process = this.add(seen.pid, seen.vpid, start, container);
    const lives = this.lives.get(seen.pid) ?? [];
    for (const life of lives) {
      if (!life.provisional || life.container !== container || life.start < start) continue;
      merge(process, life);
      this.lives.set(
        seen.pid,
        (this.lives.get(seen.pid) ?? []).filter((other) => other !== life),
      );
      this.unlink(life);
      this.absorbed.push(life);
    }
    return process;
  }

  private add(pid: number, vpid: number | undefined, start: Nanos, container: ContainerRecord): ProcessRecord {
    const process: ProcessRecord = {
      container,
      pid,
      vpid,
      start,
      lastSeen: container.lastSeen,
      ghost: false,
      provisional: false,
      insideParent: undefined,
      outsideParent: undefined,
      orphan: false,
      tokens: [],
      lacked: undefined,
      ancestorToken: undefined,
      claims: [],
      firstStart: undefined,
      programs: [],
      children: new Set(),
      parent: undefined,
      decision: UNDECIDED,
      retained: new Map(),
    };
    container.members.add(process);
    this.lives.set(pid, [...(this.lives.get(pid) ?? []), process]);
    this.total += 1;
    if (vpid !== undefined) this.nameVpid(process, vpid);
    return process;
  }
}

function distance(a: Nanos, b: Nanos): Nanos {
  return a > b ? a - b : b - a;
}
