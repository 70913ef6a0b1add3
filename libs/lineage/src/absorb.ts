import type { Observation, SeenParent } from './observation.ts';
import { type ProcessRecord, type ShownToken, type Sighting, isInit, looksOutside, moveRetained } from './process-record.ts';

/** How many different tokens of a process are remembered. */
const MAX_TOKENS = 4;

/** How many different programs of a process are remembered: a shell loop must not fill the memory. */
const MAX_PROGRAMS = 6;

/** Adds what an event tells; the same event twice changes nothing. Returns whether anything was new. */
export function absorb(process: ProcessRecord, seen: Observation): boolean {
  const before = factsOf(process);
  process.ghost = false;
  process.vpid ??= seen.vpid;
  if (seen.parent) absorbParent(process, seen, seen.parent);
  absorbTokens(process, seen);
  absorbProgram(process, seen);
  return !sameFacts(before, process);
}

function absorbParent(process: ProcessRecord, seen: Observation, parent: SeenParent): void {
  if (looksOutside(parent)) process.outsideParent = earlier(process.outsideParent, seen, parent);
  else if (isInit(parent)) process.orphan = true;
  else if (isFirst(process.insideParent, seen)) process.insideParent = sighting(seen, { ...parent, ancestors: seen.ancestors });
}

function absorbTokens(process: ProcessRecord, seen: Observation): void {
  const { environment } = seen;
  if (environment) process.tokens = withToken(process.tokens, sighting(seen, { text: environment, user: seen.environmentUser }));
  // A fresh fork's environment is often empty in Falco's view although the process has one: only starts prove absence.
  if (environment === '' && seen.kind === 'start') process.lacked = earlier(process.lacked, seen, true);
  if (seen.ancestorEnvironment !== undefined && seen.kind === 'start')
    process.ancestorToken = earlier(process.ancestorToken, seen, seen.ancestorEnvironment);
  if (seen.claim) {
    const { token, user, place } = seen.claim;
    process.claims = withToken(process.claims, sighting(seen, { text: token, user, place, environment: environment ?? '' }));
  }
}

function absorbProgram(process: ProcessRecord, seen: Observation): void {
  const { program } = seen;
  if (seen.kind === 'start') process.firstStart = earlier(process.firstStart, seen, program);
  if (seen.kind === 'child') return; // a fresh fork still shows its parent's program
  const same = process.programs.find(({ value }) => value.name === program.name && value.args === program.args);
  if (same && same.at <= seen.at) return;
  const others = process.programs.filter((other) => other !== same);
  const one = sighting(seen, program);
  const programs = [...others, one].sort(byTime).slice(0, MAX_PROGRAMS);
  if (programs.includes(one)) process.programs = programs;
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
  moveRetained(into, from);
  if (from.lastSeen > into.lastSeen) into.lastSeen = from.lastSeen;
}

function first<T>(a: Sighting<T> | undefined, b: Sighting<T> | undefined): Sighting<T> | undefined {
  if (!a || !b) return a ?? b;
  return byTime(a, b) <= 0 ? a : b;
}

function earlier<T>(old: Sighting<T> | undefined, seen: Observation, value: T): Sighting<T> {
  return old && !isFirst(old, seen) ? old : sighting(seen, value);
}

function isFirst(old: Sighting<unknown> | undefined, seen: Observation): boolean {
  return !old || seen.at < old.at || (seen.at === old.at && seen.eventId < old.eventId);
}

function sighting<T>(seen: Observation, value: T): Sighting<T> {
  return { at: seen.at, eventId: seen.eventId, value };
}

/** The list with one more; the same list when that says nothing new. */
function withToken<T extends ShownToken>(known: readonly Sighting<T>[], one: Sighting<T>): readonly Sighting<T>[] {
  if (known.some((other) => other.value.text === one.value.text && byTime(other, one) <= 0)) return known;
  const sightings = distinct([...known, one]);
  return sightings.includes(one) ? sightings : known;
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

type Facts = Pick<
  ProcessRecord,
  | 'ghost'
  | 'vpid'
  | 'orphan'
  | 'insideParent'
  | 'outsideParent'
  | 'lacked'
  | 'ancestorToken'
  | 'firstStart'
  | 'programs'
  | 'tokens'
  | 'claims'
>;

function factsOf(process: ProcessRecord): Facts {
  const { ghost, vpid, orphan, insideParent, outsideParent, lacked, ancestorToken, firstStart, programs, tokens, claims } = process;
  return { ghost, vpid, orphan, insideParent, outsideParent, lacked, ancestorToken, firstStart, programs, tokens, claims };
}

/** Facts are replaced, never changed, so that they are compared by what they are. */
function sameFacts(a: Facts, b: Facts): boolean {
  const sameParents = a.insideParent === b.insideParent && a.outsideParent === b.outsideParent && a.orphan === b.orphan;
  const sameTokens = a.tokens === b.tokens && a.claims === b.claims && a.lacked === b.lacked && a.ancestorToken === b.ancestorToken;
  return (
    sameParents && sameTokens && a.ghost === b.ghost && a.vpid === b.vpid && a.firstStart === b.firstStart && a.programs === b.programs
  );
}
