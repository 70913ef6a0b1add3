import { ADMISSION_TO_START, type ClockOffset, couldBeginWithin } from './clock-offset.ts';
import { type Decision, UNDECIDED, none } from './decision.ts';
import { type Origin, findParent } from './find-parent.ts';
import type { ContainerRecord, ProcessRecord } from './process-record.ts';
import type { ProcessTable } from './process-table.ts';
import type { SessionRecord } from './session-record.ts';
import type { TokenChecker } from './token-check.ts';

/** How the audit log explains a process that carries no token. */
export type AuditMatch = { readonly kind: 'certain' | 'ambiguous'; readonly sessionIds: readonly string[] };

/** What a decision may look at. */
export interface Knowledge {
  readonly table: ProcessTable;
  readonly tokens: TokenChecker;
  session(id: string): SessionRecord | undefined;
  /** The processes that show a session's token as its root would; the best of them first. */
  claimants(sessionId: string): readonly ProcessRecord[];
  offset(): ClockOffset;
  /** Whether the session began while the node was already being watched, so that its root should have been seen. */
  watched(session: SessionRecord): boolean;
  /** Whether the process began before the node was watched. */
  precedesWatch(process: ProcessRecord): boolean;
  /** Whether Falco tells of forks on this node. */
  tellsForks(): boolean;
  /** The `kubectl debug` session that made a container. */
  debugSession(container: ContainerRecord): SessionRecord | undefined;
  match(process: ProcessRecord): AuditMatch | undefined;
  isProbe(process: ProcessRecord): boolean;
}

/** A decision and what it rests on. */
export interface Decided {
  readonly decision: Decision;
  readonly origin: Origin;
  /** The session whose root this process claims to be, rightly or not. */
  readonly claims: string | undefined;
  /** Whether the audit log is to explain it. */
  readonly suspect: boolean;
}

/** Decides who a process belongs to, strongest evidence first (docs/attribution.md). Pure: the same knowledge, the same answer. */
export function decide(process: ProcessRecord, known: Knowledge): Decided {
  const origin = findParent(process, known.table);
  if (origin.kind === 'outside') return { origin, ...decideRoot(process, known) };
  const rest = { origin, claims: undefined, suspect: false };
  if (origin.kind === 'inside') {
    const inherited = inherit(origin.parent.decision);
    if (inherited) return { ...rest, decision: inherited };
  }
  const parent = origin.kind === 'inside' ? origin.parent : undefined;
  const decision = byEnvironment(process, parent, known) ?? byContainer(process, known) ?? UNDECIDED;
  return { ...rest, decision };
}

function inherit(parent: Decision): Decision | undefined {
  if (parent.kind === 'session') return { ...parent, evidence: 'lineage' };
  return parent.kind === 'none' && !parent.binding ? undefined : parent;
}

type RootDecided = Omit<Decided, 'origin'>;

/** A process that came from outside: the root of an exec, a main process, a probe, or an exec that passed the API by. */
function decideRoot(process: ProcessRecord, known: Knowledge): RootDecided {
  const own = rootToken(process, known);
  if (own) return decideByToken(process, own, known);
  const debug = byContainer(process, known);
  if (process.vpid === 1) return plain(debug ?? none('main-process', { binding: true, settled: true }));
  return { claims: undefined, suspect: true, decision: explain(process, debug, known) };
}

function explain(process: ProcessRecord, debug: Decision | undefined, known: Knowledge): Decision {
  const match = known.match(process);
  const [only] = match?.sessionIds ?? [];
  if (match?.kind === 'certain' && only !== undefined) {
    return { kind: 'session', sessionId: only, evidence: 'audit', user: '' };
  }
  if (match) return { kind: 'ambiguous', sessionIds: match.sessionIds };
  if (debug) return debug;
  if (known.precedesWatch(process)) return UNDECIDED;
  if (process.container.began === process.start) return none('main-process', { binding: true, settled: false });
  return none(known.isProbe(process) ? 'probe' : 'runtime-exec', { binding: true, settled: false });
}

interface RootToken {
  readonly text: string;
  readonly user: string;
  readonly place: 'env' | 'sh' | undefined;
}

/**
 * The token of a process that came from outside. In front of the command it counts only for the first program, started
 * without another token in the environment; a later one was put there by the user. In the environment it counts if the
 * process had it from the start: the first program was then lost.
 */
function rootToken(process: ProcessRecord, known: Knowledge): RootToken | undefined {
  const { firstStart, lacked } = process;
  const [claim] = process.claims;
  const [token] = process.tokens;
  const first = claim && (!firstStart || claim.at <= firstStart.at);
  if (first && (claim.value.environment === '' || isContainersOwn(process, claim.value.environment, known))) {
    return { text: claim.value.text, user: claim.value.user, place: claim.value.place };
  }
  if (!token || (lacked && lacked.at < token.at)) return undefined;
  if (claim && claim.at < token.at) return undefined;
  return { text: token.value.text, user: token.value.user, place: undefined };
}

/** Containers made by `kubectl debug` have a token in the environment of every exec into them. */
function isContainersOwn(process: ProcessRecord, token: string, known: Knowledge): boolean {
  const checked = known.tokens.check(token, '', process.container, known.session);
  return checked.kind === 'valid' && known.debugSession(process.container)?.id === checked.token.session;
}

function decideByToken(process: ProcessRecord, own: RootToken, known: Knowledge): RootDecided {
  const checked = known.tokens.check(own.text, own.user, process.container, known.session);
  if (checked.kind === 'unknown') return plain(UNDECIDED);
  if (checked.kind === 'forged') return plain(none('forged-token', { binding: true, settled: true }));
  const sessionId = checked.token.session;
  const session = known.session(sessionId);
  if (session && !belongs(process, session, own.place, known.offset()))
    return plain(none('replayed-token', { binding: true, settled: false }));
  const debug = session !== undefined && madeContainer(session);
  const evidence = debug ? 'container' : own.place ? 'root' : 'environment';
  const decision: Decision = { kind: 'session', sessionId, evidence, user: checked.user };
  // Every process that the runtime starts in such a container has its token; elsewhere a token has one root.
  if (debug) return plain(decision);
  return { claims: sessionId, suspect: false, decision: rivalOf(process, sessionId, known) ?? decision };
}

/** What becomes of a claim to a session when others claim it too; nothing when it is the only one, or the best. */
function rivalOf(process: ProcessRecord, sessionId: string, known: Knowledge): Decision | undefined {
  const [best, second] = known.claimants(sessionId);
  if (!best || (best === process && (!second || process.claims.length > 0))) return undefined;
  // Nobody's token stands in front of a command: one of them inherited or took it, and nothing shows which. In a pod with
  // hostPID an orphan's parent lies outside as well.
  const open = best.claims.length === 0 || (hasHostPids(process) && process.claims.length === 0);
  return open ? none('lineage-lost', { binding: true, settled: false }) : none('replayed-token', { binding: true, settled: false });
}

function belongs(process: ProcessRecord, session: SessionRecord, place: RootToken['place'], offset: ClockOffset): boolean {
  const { name } = process.container;
  if (session.container !== '' && name !== undefined && session.container !== name) return false;
  if (madeContainer(session)) return true;
  // A session that was not injected has no token, whatever its signature says.
  if (!session.injected || (place && session.strategy !== place)) return false;
  return couldBeginWithin(offset, process.start, session.requested, session.requested + ADMISSION_TO_START);
}

/** An inherited token, when nothing is known of the lineage. Whatever speaks against inheritance refuses it. */
function byEnvironment(process: ProcessRecord, parent: ProcessRecord | undefined, known: Knowledge): Decision | undefined {
  const [token] = process.tokens;
  if (!token) return undefined;
  const checked = known.tokens.check(token.value.text, token.value.user, process.container, known.session);
  if (checked.kind === 'unknown') return undefined;
  if (checked.kind === 'forged') return none('forged-token', { binding: true, settled: true });
  const sessionId = checked.token.session;
  const rooted = known.claimants(sessionId).length > 0;
  const copied = none(rooted ? 'replayed-token' : 'stolen-token', { binding: true, settled: false });
  const came = arrival(process, parent, token.value.text);
  if (came === 'copied') return copied;
  // Children inherit the doubt: nobody is named for them by the same token.
  if (came === 'doubtful' || (known.tellsForks() && isStray(process, token.value.text)))
    return none('lineage-lost', { binding: true, settled: false });
  const session = known.session(sessionId);
  if (session && !madeContainer(session)) {
    if (!session.injected) return copied;
    if (!rooted && known.watched(session)) return undefined;
  }
  return { kind: 'session', sessionId, evidence: 'environment', user: checked.user };
}

/**
 * Whether a token came to this process in another way than by inheritance. Only another token, or a command that sets it,
 * proves that it was copied; where it is merely not seen, the environment may have been too large for Falco to read.
 */
function arrival(process: ProcessRecord, parent: ProcessRecord | undefined, token: string): 'inherited' | 'copied' | 'doubtful' {
  const [claim] = process.claims;
  const above = process.ancestorToken?.value;
  const unseenInParent = parent?.lacked !== undefined && parent.tokens.length === 0;
  const inParent = parent && holds(parent, token);
  const copied = (above !== undefined && above !== '' && above !== token) || (claim !== undefined && claim.value.environment !== token);
  if (copied || inParent === false) return 'copied';
  const unseenAbove = above === '' && process.insideParent !== undefined;
  return unseenAbove || unseenInParent || lackedBefore(process) ? 'doubtful' : 'inherited';
}

/**
 * Whether a process looks as if the container's first process, which lacks the token, had forked it. That may be an orphan
 * that was left to it; but where forks are told and this one was lost, it may as well be somebody with a copied token.
 */
function isStray(process: ProcessRecord, token: string): boolean {
  return process.orphan && process.insideParent === undefined && process.ancestorToken?.value !== token;
}

/** Whether a process has a token; nothing when it shows none at all. */
function holds({ tokens }: ProcessRecord, token: string): boolean | undefined {
  return tokens.length === 0 ? undefined : tokens.some(({ value }) => value.text === token);
}

function lackedBefore({ lacked, tokens: [first] }: ProcessRecord): boolean {
  return lacked !== undefined && first !== undefined && lacked.at < first.at;
}

function byContainer(process: ProcessRecord, known: Knowledge): Decision | undefined {
  const session = known.debugSession(process.container);
  return session && { kind: 'session', sessionId: session.id, evidence: 'container', user: '' };
}

/** Whether a session's token stands in the environment of a whole container instead of in front of a command. */
function madeContainer({ kind }: SessionRecord): boolean {
  return kind === 'debug-pod' || kind === 'ephemeral-container';
}

function hasHostPids(process: ProcessRecord): boolean {
  return process.vpid === process.pid;
}

function plain(decision: Decision): RootDecided {
  return { decision, claims: undefined, suspect: false };
}
