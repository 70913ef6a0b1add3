import { type AttributedEvent, type ExecSession, type SessionRef, withoutTokens } from '@whoran/contracts';

/** One program of a session, with what was noticed about it. */
export interface ToldProgram {
  readonly commandLine: string;
  /** How many processes of the session stand above it. */
  readonly depth: number;
  /** Rules that it set off, each once. */
  readonly marks: readonly string[];
}

/** One session as the story tells it. */
export interface ToldSession {
  readonly id: string;
  readonly user: string;
  readonly impersonator?: string;
  readonly kind: SessionRef['kind'];
  readonly place: string;
  readonly command: string;
  /** RFC 3339. */
  readonly at: string;
  readonly refused: boolean;
  readonly programs: readonly ToldProgram[];
}

/** What the story is made of: the last revision of every event, and every report about a session. */
export interface Material {
  readonly events: readonly AttributedEvent[];
  readonly sessions: readonly ExecSession[];
}

const STARTS = new Set(['execve', 'execveat']);
const INJECTED_ENV = /^(\S*\/)?env SEC_SESSION=\S+ SEC_USER_ID=/;

/** Every session that really began or was refused, oldest first, with the programs that belong to it. */
export function toldSessions({ events, sessions }: Material): readonly ToldSession[] {
  const eventsOf = Map.groupBy(
    events.filter((event) => event.whoran.attribution.session),
    (event) => event.whoran.attribution.session?.id ?? '',
  );
  const idOf = new Map([...eventsOf].flatMap(([id, [event]]) => (event ? tracesOf(event).map((trace) => [trace, id] as const) : [])));
  const reportsOf = Map.groupBy(sessions, (report) => idOf.get(report.audit?.id ?? '') ?? idOf.get(debugTrace(report) ?? '') ?? report.id);
  const ids = new Set([...eventsOf.keys(), ...[...reportsOf].filter(([, reports]) => reports.some(tells)).map(([id]) => id)]);
  return [...ids].map((id) => told(id, eventsOf.get(id) ?? [], reportsOf.get(id) ?? [])).sort((a, b) => (a.at < b.at ? -1 : 1));
}

/** A session without a token has two ids, the webhook's and the audit log's. What both know shows that they are one. */
function tracesOf({ output_fields: fields, whoran: { attribution } }: AttributedEvent): readonly string[] {
  const { session } = attribution;
  if (!session) return [];
  const debug = debugTrace({ ...session, namespace: String(fields['k8s.ns.name']), pod: String(fields['k8s.pod.name']) });
  return [session.auditId, debug].filter((trace) => trace !== undefined);
}

/** A pod or container that `kubectl debug` made has a name of its own. */
function debugTrace({
  kind,
  namespace,
  pod,
  container,
}: Pick<ExecSession, 'kind' | 'namespace' | 'pod' | 'container'>): string | undefined {
  if (kind === 'debug-pod') return `${namespace}/${pod}`;
  return kind === 'ephemeral-container' ? `${namespace}/${pod}/${container ?? ''}` : undefined;
}

/** A webhook call alone is no session yet: the audit log says whether one began. */
function tells({ observer, phase }: ExecSession): boolean {
  return observer === 'audit' || phase === 'refused';
}

function told(id: string, events: readonly AttributedEvent[], reports: readonly ExecSession[]): ToldSession {
  const report = reports.find(({ observer }) => observer === 'audit') ?? reports[0];
  // A session whose report was lost is known from its events alone.
  const known = report ?? knownFrom(events);
  return {
    id,
    user: known.user.username,
    ...(known.user.impersonator === undefined ? {} : { impersonator: known.user.impersonator }),
    kind: known.kind,
    place: placeOf(events[0], report),
    command: withoutTokens((known.command ?? knownFrom(events).command ?? []).join(' ')),
    at: known.startedAt ?? report?.requestedAt ?? events[0]?.time ?? '',
    refused: reports.some(({ phase }) => phase === 'refused'),
    programs: programsOf(events),
  };
}

function knownFrom([event]: readonly AttributedEvent[]): SessionRef {
  return event?.whoran.attribution.session ?? { id: '', kind: 'exec', user: { username: '', groups: [] } };
}

function placeOf(event: AttributedEvent | undefined, report: ExecSession | undefined): string {
  const namespace = report?.namespace ?? event?.output_fields['k8s.ns.name'];
  const pod = report?.pod ?? event?.output_fields['k8s.pod.name'];
  const container = report?.container ?? event?.output_fields['container.name'];
  return [namespace, pod, container].filter((part) => typeof part === 'string' && part !== '').join('/');
}

function programsOf(events: readonly AttributedEvent[]): readonly ToldProgram[] {
  const ordered = events.toSorted((a, b) => (a.time < b.time ? -1 : 1));
  const parentOf = new Map(ordered.map(({ whoran: { attribution } }) => [attribution.process?.key, attribution.process?.parent]));
  const programs = new Map<string, { commandLine: string; depth: number; marks: Set<string> }>();
  for (const event of ordered) {
    const commandLine = String(event.output_fields['proc.cmdline'] ?? '');
    const { process } = event.whoran.attribution;
    const notable = isNotable(event);
    if ((!isStart(event) && !notable) || INJECTED_ENV.test(commandLine)) continue;
    const key = `${process?.key} ${commandLine}`;
    const program = programs.get(key) ?? {
      commandLine: withoutTokens(commandLine),
      depth: depthOf(process?.key, parentOf),
      marks: new Set<string>(),
    };
    if (notable) program.marks.add(event.rule);
    programs.set(key, program);
  }
  return [...programs.values()].map((program) => ({ ...program, marks: [...program.marks] }));
}

/** Lineage rules only report that something started; every other rule reports something to look at. */
function isNotable(event: AttributedEvent): boolean {
  return event.source === 'whoran' || !event.tags?.includes('lineage');
}

function isStart(event: AttributedEvent): boolean {
  return STARTS.has(String(event.output_fields['evt.type']));
}

function depthOf(process: string | undefined, parentOf: ReadonlyMap<string | undefined, string | undefined>): number {
  const seen = new Set<string>();
  for (
    let key = process === undefined ? undefined : parentOf.get(process);
    key !== undefined && parentOf.has(key) && !seen.has(key);
    key = parentOf.get(key)
  )
    seen.add(key);
  return seen.size;
}
