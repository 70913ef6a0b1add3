import type { FalcoEvent } from '@whoran/contracts';
import type { Millis, Nanos } from '@whoran/kernel';
import type { Claim, Observation, SeenParent } from './observation.ts';
import type { Decision } from './decision.ts';

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
  readonly event: FalcoEvent;
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

/** How many different tokens of a process are remembered. */
const MAX_TOKENS = 4;

/** How many different programs of a process are remembered: a shell loop must not fill the memory. */
const MAX_PROGRAMS = 6;

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
  programs: Sighting<Program>[];
  readonly children: Set<ProcessRecord>;
  parent: ProcessRecord | undefined;
  decision: Decision;
  /** Another resolver looks after its node: nothing is said of it here. */
  dropped: boolean;
  /** By the event's id. */
  readonly retained: Map<string, Retained>;
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

/** Adds what an event tells; the same event twice changes nothing. Returns whether anything was new. */
export function absorb(process: ProcessRecord, seen: Observation): boolean {
  const before = snapshot(process);
  process.ghost = false;
  process.vpid ??= seen.vpid;
  if (seen.parent) absorbParent(process, seen, seen.parent);
  absorbTokens(process, seen);
  absorbProgram(process, seen);
  return snapshot(process) !== before;
}

function absorbParent(process: ProcessRecord, seen: Observation, parent: SeenParent): void {
  if (looksOutside(parent)) process.outsideParent = earlier(process.outsideParent, seen, parent);
  else if (isInit(parent)) process.orphan = true;
  else process.insideParent = earlier(process.insideParent, seen, { ...parent, ancestors: seen.ancestors });
}

function absorbTokens(process: ProcessRecord, seen: Observation): void {
  const { environment } = seen;
  if (environment) process.tokens = distinct([...process.tokens, sighting(seen, { text: environment, user: seen.environmentUser })]);
  // A fresh fork's environment is often empty in Falco's view although the process has one: only starts prove absence.
  if (environment === '' && seen.kind === 'start') process.lacked = earlier(process.lacked, seen, true);
  if (seen.ancestorEnvironment !== undefined && seen.kind === 'start')
    process.ancestorToken = earlier(process.ancestorToken, seen, seen.ancestorEnvironment);
  if (seen.claim) {
    const { token, user, place } = seen.claim;
    process.claims = distinct([...process.claims, sighting(seen, { text: token, user, place, environment: environment ?? '' })]);
  }
}

function absorbProgram(process: ProcessRecord, seen: Observation): void {
  const { program } = seen;
  if (seen.kind === 'start') process.firstStart = earlier(process.firstStart, seen, program);
  if (seen.kind === 'child') return; // a fresh fork still shows its parent's program
  const same = process.programs.find(({ value }) => value.name === program.name && value.args === program.args);
  if (same && same.at <= seen.at) return;
  const others = process.programs.filter((other) => other !== same);
  process.programs = [...others, { at: seen.at, eventId: seen.eventId, value: program }].sort(byTime).slice(0, MAX_PROGRAMS);
}

/** Takes over what was seen of a process that turned out to be the same. */
export function merge(into: ProcessRecord, from: ProcessRecord): void {
  into.insideParent = first(into.insideParent, from.insideParent);
  into.outsideParent = first(into.outsideParent, from.outsideParent);
  into.orphan ||= from.orphan;
  into.tokens = distinct([...into.tokens, ...from.tokens]);
  into.lacked = first(into.lacked, from.lacked);
  into.ancestorToken = first(into.ancestorToken, from.ancestorToken);
  into.claims = distinct([...into.claims, ...from.claims]);
  into.firstStart = first(into.firstStart, from.firstStart);
  into.programs = [...into.programs, ...from.programs].sort(byTime).slice(0, MAX_PROGRAMS);
  for (const [id, retained] of from.retained) {
    retained.owner = into;
    into.retained.set(id, retained);
  }
  from.retained.clear();
  if (from.lastSeen > into.lastSeen) into.lastSeen = from.lastSeen;
}

function first<T>(a: Sighting<T> | undefined, b: Sighting<T> | undefined): Sighting<T> | undefined {
  if (!a || !b) return a ?? b;
  return byTime(a, b) <= 0 ? a : b;
}

function earlier<T>(old: Sighting<T> | undefined, seen: Observation, value: T): Sighting<T> {
  const fresh = sighting(seen, value);
  return old && byTime(old, fresh) <= 0 ? old : fresh;
}

function sighting<T>(seen: Observation, value: T): Sighting<T> {
  return { at: seen.at, eventId: seen.eventId, value };
}

/** The earliest sighting of each text, in order of time. */
function distinct<T extends ShownToken>(sightings: Sighting<T>[]): Sighting<T>[] {
  const sorted = sightings.sort(byTime);
  return sorted.filter((one, index) => sorted.findIndex(({ value }) => value.text === one.value.text) === index).slice(0, MAX_TOKENS);
}

function byTime(a: Sighting<unknown>, b: Sighting<unknown>): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  return a.eventId < b.eventId ? -1 : a.eventId > b.eventId ? 1 : 0;
}

function snapshot(process: ProcessRecord): string {
  const { insideParent, outsideParent, tokens, lacked, ancestorToken, claims, firstStart, programs } = process;
  const sightings = [insideParent, outsideParent, lacked, ancestorToken, firstStart, ...programs, ...tokens, ...claims];
  return `${process.ghost}/${process.vpid}/${process.orphan}/${sightings.map((sighting) => sighting?.eventId ?? '').join('/')}`;
}
