import { type FalcoEvent, type FieldValue, shScript } from '@whoran/contracts';
import { type Nanos, parseInstant } from '@whoran/kernel';

/** A token that stands in front of a command, where the webhook puts it. */
export interface Claim {
  readonly token: string;
  /** The encoded username beside it; empty when it was too long. */
  readonly user: string;
  readonly place: 'env' | 'sh';
}

/** A parent as Falco saw it at one moment. */
export interface SeenParent {
  readonly pid: number;
  readonly vpid: number | undefined;
  readonly start: Nanos | undefined;
}

/** What one Falco event tells about a process, in our words. Absent means that Falco did not know. */
export interface Observation {
  readonly eventId: string;
  readonly at: Nanos;
  /** start: a program began. child, parent: a fork, seen by the child or by its parent. other: any other event. */
  readonly kind: 'start' | 'child' | 'parent' | 'other';
  readonly container: {
    readonly id: string;
    readonly name: string | undefined;
    readonly namespace: string | undefined;
    readonly pod: string | undefined;
  };
  readonly pid: number;
  readonly vpid: number | undefined;
  /** When the process was forked; absent for events of threads, whose start is their own. */
  readonly start: Nanos | undefined;
  readonly parent: SeenParent | undefined;
  /** Pids of the grandparent and on, while Falco knows them. */
  readonly ancestors: readonly number[];
  /** For kind parent: the child's (or thread's) pid in the container's pid namespace. */
  readonly childVpid: number | undefined;
  readonly program: { readonly name: string; readonly exe: string; readonly args: string };
  /** The token in the environment; empty when there is none in what Falco read, absent when Falco did not say. */
  readonly environment: string | undefined;
  readonly environmentUser: string;
  readonly ancestorEnvironment: string | undefined;
  readonly claim: Claim | undefined;
}

const FORKS = new Set(['clone', 'clone3', 'fork', 'vfork']);
const STARTS = new Set(['execve', 'execveat']);

/** Makes the reader of Falco events for one prefix of the injected variables. */
export function observer(prefix: string): (event: FalcoEvent) => Observation | 'not-a-process' | 'not-a-container' {
  const tokenField = `proc.env[${prefix}SESSION]`;
  const userField = `proc.env[${prefix}USER_ID]`;
  const ancestorField = `proc.aenv[${prefix}SESSION]`;
  const claimOf = claimReader(prefix);

  return (event) => {
    const fields = event.output_fields;
    const pid = integer(fields['proc.pid']);
    const at = instant(fields['evt.rawtime']) ?? instant(fields['evt.time']) ?? parseInstant(event.time);
    if (pid === undefined || at === undefined || (event.source ?? 'syscall') !== 'syscall') return 'not-a-process';
    const container = word(fields['container.id']);
    if (container === undefined || container === 'host') return 'not-a-container';
    const kind = kindOf(fields);
    const args = word(fields['proc.args']) ?? argsOf(word(fields['proc.cmdline']));
    return {
      eventId: event.whoran.id,
      at,
      kind,
      container: {
        id: container,
        name: containerName(word(fields['container.name']), container),
        namespace: word(fields['k8s.ns.name']),
        pod: word(fields['k8s.pod.name']),
      },
      pid,
      vpid: integer(fields['proc.vpid']),
      start: isThread(fields, pid) ? undefined : instant(fields['proc.pid.ts']),
      parent: parentOf(fields),
      ancestors: ancestorsOf(fields),
      childVpid: kind === 'parent' ? integer(fields['evt.rawres']) : undefined,
      program: { name: word(fields['proc.name']) ?? '', exe: word(fields['proc.exepath']) ?? '', args },
      environment: text(fields[tokenField]),
      environmentUser: text(fields[userField]) ?? '',
      ancestorEnvironment: text(fields[ancestorField]),
      claim: claimOf(args),
    };
  };
}

function claimReader(prefix: string): (args: string) => Claim | undefined {
  const env = new RegExp(`^${prefix}SESSION=(\\S{1,300}) ${prefix}USER_ID=(\\S*)(?: |$)`);
  const script = `-c ${shScript(prefix)} sh `;
  return (args) => {
    const inEnv = env.exec(args);
    if (inEnv) return { token: inEnv[1] ?? '', user: inEnv[2] ?? '', place: 'env' };
    if (!args.startsWith(script)) return undefined;
    const [token = '', user = ''] = args.slice(script.length, script.length + 2000).split(' ', 2);
    return { token, user, place: 'sh' };
  };
}

function kindOf(fields: FalcoEvent['output_fields']): Observation['kind'] {
  const type = text(fields['evt.type']) ?? '';
  if (STARTS.has(type)) return 'start';
  const result = integer(fields['evt.rawres']);
  if (!FORKS.has(type) || result === undefined || result < 0) return 'other';
  return result === 0 ? 'child' : 'parent';
}

/** Threads have the process's pid and a tid and start time of their own. */
function isThread(fields: FalcoEvent['output_fields'], pid: number): boolean {
  const tid = integer(fields['thread.tid']);
  return fields['thread.ismain'] === false || (tid !== undefined && tid !== pid);
}

function parentOf(fields: FalcoEvent['output_fields']): SeenParent | undefined {
  const pid = integer(fields['proc.ppid']);
  if (pid === undefined || pid <= 0) return undefined;
  return { pid, vpid: integer(fields['proc.pvpid']), start: instant(fields['proc.ppid.ts']) };
}

function ancestorsOf(fields: FalcoEvent['output_fields']): number[] {
  const pids: number[] = [];
  for (let level = 2; level <= 8; level += 1) {
    const pid = integer(fields[`proc.apid[${level}]`]);
    if (pid === undefined || pid <= 0) break;
    pids.push(pid);
  }
  return pids;
}

/** Falco's own JSON has numbers; copies made by other programs may have them as text or rounded. */
function integer(value: FieldValue | undefined): number | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : undefined;
  return typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : undefined;
}

function instant(value: FieldValue | undefined): Nanos | undefined {
  if (typeof value === 'bigint') return value > 0n ? value : undefined;
  if (typeof value === 'number') return Number.isFinite(value) && value > 0 ? BigInt(Math.round(value)) : undefined;
  if (typeof value !== 'string') return undefined;
  return /^\d{16,20}$/.test(value) ? BigInt(value) : parseInstant(value);
}

/** Falco writes `<NA>` for what it does not know when a value is rendered as text. */
function word(value: FieldValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' && value !== '<NA>' ? value : undefined;
}

function text(value: FieldValue | undefined): string | undefined {
  return typeof value === 'string' ? (value === '<NA>' ? '' : value) : undefined;
}

/** Without an answer from the container runtime Falco names a container by its id, or by Docker's own name for it. */
function containerName(name: string | undefined, id: string): string | undefined {
  if (name === undefined || name === id || name.startsWith(id)) return undefined;
  return name.startsWith('k8s_') ? name.split('_')[1] : name;
}

function argsOf(cmdline: string | undefined): string {
  const space = cmdline?.indexOf(' ') ?? -1;
  return cmdline === undefined || space === -1 ? '' : cmdline.slice(space + 1);
}
