import type { Nanos } from '@whoran/kernel';
import { ADMISSION_TO_START, type ClockOffset, couldBeginWithin } from './clock-offset.ts';
import type { ProcessRecord } from './process-record.ts';
import type { SessionRecord } from './session-record.ts';

/** A process that the container runtime started and that carries no token. */
export interface Suspect {
  readonly process: ProcessRecord;
  readonly offset: ClockOffset;
  /** The earliest event of its node, by the node's clock. */
  readonly since: Nanos;
}

/** The sessions that fit each process. */
export type Matches = ReadonlyMap<ProcessRecord, readonly SessionRecord[]>;

/**
 * Matches processes without a token with audited exec sessions of their container, by command and time. Nothing is told
 * by elimination: a probe may run the same command, and the process that a session did start may have been lost.
 */
export function matchAudit(suspects: readonly Suspect[], sessions: readonly SessionRecord[]): Matches {
  const matches = new Map<ProcessRecord, readonly SessionRecord[]>();
  for (const { process, offset, since } of suspects) {
    // Sessions from before the watch are not all known, so a process from then may belong to another one.
    const watched = process.start < since ? [] : sessions.filter(({ requested }) => wasWatched(requested, since, offset));
    const fitting = watched.filter((session) => fits(process, session, offset));
    // An injected session shows its token unless the environment is too large to read, so the others go first.
    const plain = fitting.filter((session) => !session.injected);
    matches.set(process, plain.length > 0 ? plain : fitting);
  }
  return matches;
}

/** Whether a match names exactly one session, and no other process has an equal right to it. */
export function isCertain(matches: Matches, process: ProcessRecord): boolean {
  const [only, other] = matches.get(process) ?? [];
  return only !== undefined && other === undefined && processesOf(matches, only).length === 1;
}

/** Whether something at a time by the API server's clock happened while the node was being watched. */
export function wasWatched(time: Nanos, since: Nanos, offset: ClockOffset): boolean {
  return time >= since - (offset.known ? offset.high : 0n);
}

function processesOf(matches: Matches, session: SessionRecord): ProcessRecord[] {
  return [...matches].filter(([, fitting]) => fitting.includes(session)).map(([process]) => process);
}

function fits(process: ProcessRecord, session: SessionRecord, offset: ClockOffset): boolean {
  const { container } = process;
  if (session.container !== '' && container.name !== undefined && session.container !== container.name) return false;
  const latest = session.requested + ADMISSION_TO_START;
  const until = session.ended !== undefined && session.ended < latest ? session.ended : latest;
  if (!couldBeginWithin(offset, process.start, session.requested, until)) return false;
  return process.programs.some(({ value }) => runs(value, session.command ?? []));
}

/**
 * Whether a program start is that of a command. Falco joins arguments with spaces and cuts them at 4096 bytes, and
 * names the program by the kernel's 15 characters; a script shows its interpreter first.
 */
export function runs(program: { readonly name: string; readonly exe: string; readonly args: string }, command: readonly string[]): boolean {
  const [path = '', ...rest] = command;
  if (path === '') return false;
  const base = path.slice(path.lastIndexOf('/') + 1);
  const args = rest.join(' ');
  const named = program.name === base.slice(0, 15) || program.exe.slice(program.exe.lastIndexOf('/') + 1) === base;
  if (named && sameText(program.args, args)) return true;
  const script = rest.length === 0 ? path : `${path} ${args}`;
  return program.name === base.slice(0, 15) && (sameText(program.args, script) || program.args.endsWith(` ${script}`));
}

const FALCO_LIMIT = 4000;

function sameText(seen: string, whole: string): boolean {
  if (seen === whole) return true;
  return seen.length >= FALCO_LIMIT && whole.startsWith(seen.replace(/…$/, ''));
}
