import { encodeJson } from '@whoran/contracts';
import { type SimContainer, type SimProcess, alertLine, forkLine, startLine } from './falco-line.ts';
import type { NodeClock } from './node-clock.ts';
import type { EventKind, TrueSession, TruthBook } from './truth-book.ts';

/** What a simulated node is made of. `send` gets each line of Falco and its number. */
export interface SimNodeParts {
  readonly name: string;
  readonly clock: NodeClock;
  readonly truth: TruthBook;
  readonly send: (line: string, number: number) => void;
}

const PID_LIMIT = 4_194_304;

/**
 * A node whose containers fork, start programs and lose parents as on Linux, and whose Falco reports it. It keeps no list of
 * processes, so that hours of load take no memory.
 */
export class SimNode {
  private pids = 1000;
  private readonly vpids = new Map<string, number>();
  private readonly sessionOf = new WeakMap<SimProcess, TrueSession>();
  private readonly shim: SimProcess;

  constructor(private readonly parts: SimNodeParts) {
    this.shim = this.spawn(undefined, undefined);
    this.shim.name = 'containerd-shim';
  }

  get name(): string {
    return this.parts.name;
  }

  /** Starts a container with its main process. */
  container(pod: string, namespace = 'payments', name = 'api'): SimContainer {
    const made: { -readonly [K in keyof SimContainer]?: SimContainer[K] } = { id: idOf(`${this.name}/${pod}`), name, namespace, pod };
    const container = made as SimContainer;
    made.main = this.spawn(this.shim, container);
    this.start(container.main, ['sh', '-c', 'while true; do sleep 5; done']);
    return container;
  }

  /** The first process of an exec: its parent is outside the container. Nothing is reported before it starts a program. */
  enter(container: SimContainer, session: TrueSession): SimProcess {
    const runtime = this.spawn(this.shim, undefined);
    runtime.name = 'runc';
    const root = this.spawn(runtime, container);
    this.sessionOf.set(root, session);
    return root;
  }

  /** Forks: both sides are reported. */
  fork(parent: SimProcess): SimProcess {
    const child = this.spawn(parent, parent.container);
    const { name, args, command, token, user } = parent;
    Object.assign(child, { name, args, command, token, user });
    const session = this.sessionOf.get(parent);
    if (session) this.sessionOf.set(child, session);
    this.report('fork', parent, (happening) => forkLine(happening, child.vpid));
    this.report('fork', child, (happening) => forkLine(happening, 0));
    return child;
  }

  /** Starts a program, with another environment if one is given; `alerts`: another rule reports the same moment too. */
  start(process: SimProcess, argv: readonly string[], more: StartOptions = {}): void {
    const { token = process.token, user = process.user, alerts = false } = more;
    const [program = '', ...rest] = argv;
    const name = program.split('/').at(-1) ?? program;
    Object.assign(process, { name, args: encodeJson(rest.join(' ')), command: encodeJson([name, ...rest].join(' ')), token, user });
    const at = this.report('start', process, startLine);
    if (alerts) this.report('alert', process, (happening) => alertLine(at ? { ...happening, at } : happening));
  }

  /** The parent exits: the container's first process adopts the child. */
  orphan(child: SimProcess): void {
    child.parent = child.container?.main ?? this.shim;
  }

  private spawn(parent: SimProcess | undefined, container: SimContainer | undefined): SimProcess {
    this.pids = this.pids >= PID_LIMIT ? 1001 : this.pids + 1;
    const pid = this.pids;
    const vpid = container ? (this.vpids.get(container.id) ?? 0) + 1 : pid;
    if (container) this.vpids.set(container.id, vpid);
    const start = this.parts.clock.next().nanos;
    return { pid, vpid, start, container, parent, name: '', args: '""', command: '""', token: '', user: '' };
  }

  private report(kind: EventKind, process: SimProcess, write: (happening: Parameters<typeof startLine>[0]) => string) {
    const { container } = process;
    if (!container) return undefined;
    const { name: node, clock, truth, send } = this.parts;
    const number = truth.add(kind, this.sessionOf.get(process));
    const at = clock.next();
    send(write({ number, node, at, process, container }), number);
    return at;
  }
}

/** How a program is started. */
export interface StartOptions {
  readonly token?: string;
  readonly user?: string;
  readonly alerts?: boolean;
}

function idOf(text: string): string {
  let hash = 0x811c9dc5;
  for (const letter of text) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, '0').padEnd(12, '0');
}
