import type { Millis, Nanos } from '@whoran/kernel';
import { AgeBook } from './age-book.ts';
import { ForkBook } from './fork-book.ts';
import type { Observation, SeenParent } from './observation.ts';
import { merge } from './absorb.ts';
import { type ContainerRecord, type ProcessRecord, blankProcess, removeChild } from './process-record.ts';

const MILLISECOND = 1_000_000n;
/** Start times read from /proc after a Falco restart are coarse: this far apart they may be the same. */
const COARSE = 1_500n * MILLISECOND;
/** Two exact start times of one process are equal; clock ticks and rounding copies stay below this. */
const EXACT = 20n * MILLISECOND;

interface Life {
  readonly pid: number;
  readonly vpid: number | undefined;
  readonly start: Nanos;
}

/** What was last seen before is forgotten: processes that belong to a session, and all others. */
export interface ForgetProcesses {
  readonly processes: Millis;
  readonly unnamed: Millis;
}

/** The processes of one node. A pid is reused, so it has a list of lives, told apart by start time and pid in the container. */
export class ProcessTable {
  private readonly containers = new Map<string, ContainerRecord>();
  private readonly lives = new Map<number, ProcessRecord[]>();
  readonly forks = new ForkBook();
  private readonly mentions = new Map<number, Set<ProcessRecord>>();
  /** By age: those that belonged to nobody when they were looked at last, and those of sessions, which are kept longer. */
  private readonly unnamed = new AgeBook<ProcessRecord>(({ lastSeen }) => lastSeen);
  private readonly named = new AgeBook<ProcessRecord>(({ lastSeen }) => lastSeen);
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
    const process = this.life({ pid: seen.pid, vpid: seen.vpid, start }, container, birth) ?? this.addReal(seen, start, container);
    process.born ||= birth;
    if (start < process.start) process.start = start;
    if (container.began === undefined || process.start < container.began) container.began = process.start;
    return process;
  }

  /** The record of a parent that an event mentions; made as a ghost when no event of its own was seen. */
  parentOf(parent: SeenParent, at: Nanos, container: ContainerRecord): ProcessRecord | undefined {
    if (parent.start === undefined) return this.aliveAt(parent.pid, at);
    const { pid, vpid, start } = parent;
    const known = this.life({ pid, vpid, start }, undefined, false);
    if (known) return known;
    const ghost = this.add(pid, vpid, start, container);
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
    const { pid, start } = parent;
    // Seen from outside its namespace a parent has another pid than inside, so that cannot tell lives apart here.
    const life = start === undefined ? this.aliveAt(pid, at) : this.life({ pid, vpid: undefined, start }, undefined, false);
    return life?.ghost ? undefined : life;
  }

  /** Notes which pid a process has inside its container, once that is known. */
  nameVpid(process: ProcessRecord, vpid: number): void {
    process.vpid = vpid;
    this.forks.enter(process);
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

  /** Forgets processes, forks and containers that were last seen before these times. Returns the processes. */
  forget(before: ForgetProcesses): ProcessRecord[] {
    const gone: ProcessRecord[] = [];
    const look = (process: ProcessRecord) => {
      const { lastSeen, decision } = process;
      if (!this.lives.get(process.pid)?.includes(process)) return;
      if (lastSeen < (decision.kind === 'none' ? before.unnamed : before.processes)) gone.push(process);
      else (decision.kind === 'none' ? this.unnamed : this.named).add(process);
    };
    this.unnamed.take(Math.max(before.unnamed, before.processes)).forEach(look);
    this.named.take(before.processes).forEach(look);
    for (const process of gone) this.remove(process);
    this.forks.forget(before.unnamed);
    for (const [id, container] of this.containers) if (container.lastSeen < before.unnamed) this.containers.delete(id);
    return gone;
  }

  private remove(process: ProcessRecord): void {
    const kept = (this.lives.get(process.pid) ?? []).filter((life) => life !== process);
    if (kept.length > 0) this.lives.set(process.pid, kept);
    else this.lives.delete(process.pid);
    this.unlink(process);
  }

  private unlink(process: ProcessRecord): void {
    this.total -= 1;
    process.container.members.delete(process);
    this.forks.leave(process);
    if (process.parent) removeChild(process.parent, process);
    for (const child of process.children) if (child.parent === process) child.parent = undefined;
    const pids = [process.insideParent?.value.pid, process.outsideParent?.value.pid, ...(process.insideParent?.value.ancestors ?? [])];
    for (const pid of pids) {
      if (pid === undefined) continue;
      const mentions = this.mentions.get(pid);
      mentions?.delete(process);
      if (mentions?.size === 0) this.mentions.delete(pid);
    }
  }

  private life({ pid, vpid, start }: Life, container: ContainerRecord | undefined, birth: boolean): ProcessRecord | undefined {
    let found: ProcessRecord | undefined;
    for (const life of this.lives.get(pid) ?? []) {
      if (life.provisional || (container && life.container !== container)) continue;
      if (vpid !== undefined && life.vpid !== undefined && vpid !== life.vpid) continue;
      const apart = distance(life.start, start);
      // Of two exact births the second is a reused pid, however close.
      const limit = birth && life.born ? EXACT : COARSE;
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
      this.remove(life);
      this.absorbed.push(life);
    }
    return process;
  }

  private add(pid: number, vpid: number | undefined, start: Nanos, container: ContainerRecord): ProcessRecord {
    const process = blankProcess(container, { pid, vpid, start });
    container.members.add(process);
    this.lives.set(pid, [...(this.lives.get(pid) ?? []), process]);
    this.total += 1;
    this.unnamed.add(process);
    if (vpid !== undefined) this.nameVpid(process, vpid);
    return process;
  }
}

function distance(a: Nanos, b: Nanos): Nanos {
  return a > b ? a - b : b - a;
}
