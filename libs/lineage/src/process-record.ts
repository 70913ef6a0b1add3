import type { Millis, Nanos } from '@whoran/kernel';
import type { KeptEvent } from './kept-event.ts';
import type { Claim, SeenParent } from './observation.ts';
import { type Decision, UNDECIDED } from './decision.ts';
import type { NodeLineage } from './node-lineage.ts';

/** A container on a node, as far as Falco has named it. */
export interface ContainerRecord {
  readonly id: string;
  name: string | undefined;
  namespace: string | undefined;
  pod: string | undefined;
  /** The earliest process start seen in it. */
  began: Nanos | undefined;
  /** When its last event arrived, by our clock. */
  lastSeen: Millis;
  readonly members: Set<ProcessRecord>;
}

/** An event of a process, kept for a while so that it can be emitted again when more is known. */
export interface Retained {
  readonly kept: KeptEvent;
  /** When it arrived, by our clock. */
  readonly arrived: Millis;
  /** Its process; a process known only by its threads may turn out to be another one. */
  owner: ProcessRecord;
  /** What was last emitted of it, and how often it was emitted before; nothing while it waits. */
  emitted: { readonly count: number; readonly fingerprint: string } | undefined;
  /** Whether the store has it, for whoever owns the node next. */
  stored: boolean;
}

/** Something seen at a time; of several the earliest is kept, so that the order of arrival does not matter. */
export interface Sighting<T> {
  readonly at: Nanos;
  readonly eventId: string;
  readonly value: T;
}

/** A program that the process ran. */
export interface Program {
  readonly name: string;
  readonly exe: string;
  readonly args: string;
}

/** A token in an environment, with the encoded username beside it. */
export interface ShownToken {
  readonly text: string;
  readonly user: string;
}

/** A token in front of a command. */
export interface ShownClaim extends ShownToken {
  readonly place: Claim['place'];
  /** The token in the environment when the program started; empty for none. */
  readonly environment: string;
}

const NONE: readonly never[] = [];

/** A process (cluster, node, container, pid, start time) and everything that its events told. Threads share it. */
export interface ProcessRecord {
  readonly container: ContainerRecord;
  readonly pid: number;
  vpid: number | undefined;
  /** When it was forked, by the node's clock; the earliest that Falco reported. */
  start: Nanos;
  /** When its last event arrived, by our clock. */
  lastSeen: Millis;
  /** Known only as somebody's parent. */
  ghost: boolean;
  /** Known only by events of its threads, which do not tell when it began. */
  provisional: boolean;
  /** The earliest parent inside the container that is not its first process. */
  insideParent: Sighting<SeenParent & { readonly ancestors: readonly number[] }> | undefined;
  /** The earliest parent outside the container's pid namespace. */
  outsideParent: Sighting<SeenParent> | undefined;
  /** The container's first process was its parent: it may be anybody's orphan. */
  orphan: boolean;
  /** The tokens in its environment, earliest first: a process that starts another program may change it. */
  tokens: readonly Sighting<ShownToken>[];
  /** The earliest program start at which Falco read an environment without a token. */
  lacked: Sighting<true> | undefined;
  /** The earliest different token among its ancestors' environments; empty when they were seen to have none. */
  ancestorToken: Sighting<string> | undefined;
  /** The tokens in front of commands of this process, earliest first, with the token in the environment at that moment. */
  claims: readonly Sighting<ShownClaim>[];
  firstStart: Sighting<Program> | undefined;
  programs: readonly Sighting<Program>[];
  children: ReadonlySet<ProcessRecord>;
  parent: ProcessRecord | undefined;
  decision: Decision;
  /** Another resolver looks after its node: nothing is said of it here. */
  dropped: boolean;
  /** By the event's id. */
  retained: ReadonlyMap<string, Retained>;
  /** Where it runs; unknown for a parent that nobody asked about yet. */
  node: NodeLineage | undefined;
  /** Whether its own first event was seen, so that its start is exact. */
  born: boolean;
}

const NO_CHILDREN: ReadonlySet<ProcessRecord> = new Set();
const NOTHING_RETAINED: ReadonlyMap<string, Retained> = new Map();

/** What is known of a process before its first event is taken in. Most have no children and keep no events: those share theirs. */
export function blankProcess(container: ContainerRecord, life: Pick<ProcessRecord, 'pid' | 'vpid' | 'start'>): ProcessRecord {
  return {
    container,
    pid: life.pid,
    vpid: life.vpid,
    start: life.start,
    lastSeen: container.lastSeen,
    ghost: false,
    provisional: false,
    insideParent: undefined,
    outsideParent: undefined,
    orphan: false,
    tokens: NONE,
    lacked: undefined,
    ancestorToken: undefined,
    claims: NONE,
    firstStart: undefined,
    programs: NONE,
    children: NO_CHILDREN,
    parent: undefined,
    decision: UNDECIDED,
    dropped: false,
    retained: NOTHING_RETAINED,
    node: undefined,
    born: false,
  };
}

/** Enters a process among its parent's children. */
export function addChild(parent: ProcessRecord, child: ProcessRecord): void {
  if (parent.children === NO_CHILDREN) parent.children = new Set();
  (parent.children as Set<ProcessRecord>).add(child);
}

/** Takes a process out of its parent's children. */
export function removeChild(parent: ProcessRecord, child: ProcessRecord): void {
  if (parent.children !== NO_CHILDREN) (parent.children as Set<ProcessRecord>).delete(child);
  if (parent.children.size === 0) parent.children = NO_CHILDREN;
}

/** Keeps an event with its process. */
export function retain(process: ProcessRecord, retained: Retained): void {
  if (process.retained === NOTHING_RETAINED) process.retained = new Map();
  (process.retained as Map<string, Retained>).set(retained.kept.id, retained);
}

/** Keeps an event no longer. */
export function release(retained: Retained): void {
  const { owner, kept } = retained;
  if (owner.retained.get(kept.id) !== retained) return;
  (owner.retained as Map<string, Retained>).delete(kept.id);
  if (owner.retained.size === 0) owner.retained = NOTHING_RETAINED;
}

/** Hands the events of a process to another, which it turned out to be. */
export function moveRetained(into: ProcessRecord, from: ProcessRecord): void {
  for (const retained of from.retained.values()) {
    retained.owner = into;
    retain(into, retained);
  }
  from.retained = NOTHING_RETAINED;
}

/** The pod of a container, as `namespace/name`, once Falco has named it. */
export function podOf({ namespace, pod }: ContainerRecord): string | undefined {
  return namespace === undefined || pod === undefined ? undefined : `${namespace}/${pod}`;
}

/** Whether a parent is the first process of a container's pid namespace. */
export function isInit(parent: SeenParent): boolean {
  return parent.vpid === 1;
}

/** Whether a parent lies outside the container's pid namespace: Falco then has the node's pid for both. */
export function looksOutside(parent: SeenParent): boolean {
  return parent.vpid === parent.pid;
}
