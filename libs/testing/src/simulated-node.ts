import { generateKeyPairSync, sign, verify } from 'node:crypto';
import {
  type ExecSession,
  type FalcoEvent,
  type FieldValue,
  type Token,
  TokenVerifier,
  encodeUser,
  printToken,
  shScript,
  signedText,
  userInCommand,
} from '@whoran/contracts';
import { type Nanos, printInstant } from '@whoran/kernel';

const keys = generateKeyPairSync('ed25519');

/** The public key of the simulated webhook, as a PEM file has it. */
export const simulatedPublicKey = keys.publicKey.export({ type: 'spki', format: 'pem' }).toString();

/** Verifies what the simulated webhook signs, under the kid `sim`. */
export const simulatedVerifier = new (class extends TokenVerifier {
  override verify(_cluster: string, token: Token, signed: string): 'valid' | 'invalid' | 'unknown-key' {
    if (token.kid !== 'sim') return 'unknown-key';
    return verify(null, Buffer.from(signed), keys.publicKey, Buffer.from(token.signature, 'base64url')) ? 'valid' : 'invalid';
  }
})();

/** A container of the simulated node. */
export interface SimContainer {
  readonly id: string;
  readonly name: string;
  readonly namespace: string;
  readonly pod: string;
  readonly hostPid: boolean;
  readonly main: SimProcess;
  /** Names and pods that Falco does not know yet are left out of events. */
  named: boolean;
}

/** A process of the simulated node, with the truth that Falco does not tell. */
export interface SimProcess {
  readonly pid: number;
  readonly vpid: number;
  readonly start: Nanos;
  readonly container: SimContainer | undefined;
  parent: SimProcess | undefined;
  alive: boolean;
  argv: readonly string[];
  token: string;
  user: string;
  /** The id of the session that it belongs to in truth; empty for none. */
  readonly session: string;
}

/** One input of the pipeline, with the truth about it. */
export type SimInput =
  | { readonly kind: 'report'; readonly report: ExecSession }
  | { readonly kind: 'event'; readonly event: FalcoEvent; readonly session: string };

/** How an exec is made. */
export interface SimExec {
  readonly user: string;
  readonly command: readonly string[];
  readonly strategy?: ExecSession['strategy'];
  /** Milliseconds until the session's end is audited; it is never ended without. */
  readonly lasts?: number;
  readonly audited?: boolean;
  /** The program that the container runtime shows as the parent: runc, crun, conmon, containerd-shim. */
  readonly runtime?: string;
}

const MILLISECOND = 1_000_000n;

/** A node with containers whose processes fork, start programs, exit and are adopted as on Linux; what Falco and the API server would report is recorded. */
export class SimulatedNode {
  readonly inputs: SimInput[] = [];
  private pids = 1000;
  private events = 0;
  private sessions: number;
  private readonly vpids = new Map<string, number>();
  private readonly living = new Set<SimProcess>();
  private readonly cluster: string;
  private readonly shim: SimProcess;

  /** `skew`: how far the node's clock is ahead of the API server's. `sessionsFrom`: nodes of one cluster must not share ids. */
  constructor(
    private time: Nanos = 1_767_261_600_000_000_000n,
    private readonly skew: Nanos = 0n,
    readonly name = 'node-a',
    { cluster = 'sim', sessionsFrom = 0 }: { readonly cluster?: string; readonly sessionsFrom?: number } = {},
  ) {
    this.cluster = cluster;
    this.sessions = sessionsFrom;
    this.shim = this.spawn(undefined, undefined, '');
    this.shim.argv = ['containerd-shim'];
  }

  /** Lets time pass, in milliseconds. */
  wait(milliseconds: number): void {
    this.time += BigInt(milliseconds) * MILLISECOND;
  }

  /** The next process gets this pid on the node: pids are reused. */
  reusePid(pid: number): void {
    this.pids = pid;
  }

  /** Starts a container with its main process. */
  container(
    pod = 'api-0',
    options: { readonly name?: string; readonly hostPid?: boolean; readonly namespace?: string } = {},
  ): SimContainer {
    const { name = 'api', hostPid = false, namespace = 'payments' } = options;
    const container = { id: `${pod}-${name}`.padEnd(12, '0').slice(0, 12), name, namespace, pod, hostPid, named: true } as {
      -readonly [K in keyof SimContainer]: SimContainer[K];
    };
    this.vpids.set(container.id, 0);
    container.main = this.spawn(this.shim, container, '');
    this.start(container.main, ['sh', '-c', 'while true; do sleep 5; done']);
    return container;
  }

  /** A user's exec: the reports of webhook and audit log, and the root process with its first programs. */
  exec(
    container: SimContainer,
    { user, command, strategy = 'env', lasts, audited = true, runtime = 'runc' }: SimExec,
  ): { readonly root: SimProcess; readonly session: ExecSession; readonly token: string } {
    const id = `00000000-0000-4000-8000-${String((this.sessions += 1)).padStart(12, '0')}`;
    const session = this.report(container, id, user, command, strategy);
    this.wait(20);
    const root = this.spawn(this.runtime(runtime), container, id);
    const token = this.sign(session);
    const encoded = userInCommand(encodeUser(user));
    this.wait(10);
    if (strategy === 'env') this.start(root, ['env', `SEC_SESSION=${token}`, `SEC_USER_ID=${encoded}`, ...command]);
    if (strategy === 'sh') this.start(root, ['sh', '-c', shScript('SEC_'), 'sh', token, encoded, ...command]);
    if (strategy !== 'none') Object.assign(root, { token, user: encoded });
    this.start(root, command);
    const audit = { id: `audit-${id}`, sourceIps: [], level: 'Metadata' };
    const started = { ...session, observer: 'audit' as const, phase: 'started' as const, startedAt: this.api(), audit };
    if (audited) this.inputs.push({ kind: 'report', report: started });
    if (audited && lasts !== undefined) {
      this.wait(lasts);
      this.inputs.push({ kind: 'report', report: { ...started, phase: 'ended', endedAt: this.api() } });
    }
    return { root, session, token };
  }

  /** A program that the container runtime starts by itself: a probe, crictl. */
  runtimeExec(container: SimContainer, command: readonly string[]): SimProcess {
    const process = this.spawn(this.runtime('runc'), container, '');
    this.wait(5);
    this.start(process, command);
    return process;
  }

  /** Forks: both sides are reported. `silent`: the child's own record and its parent's are lost. */
  fork(parent: SimProcess, options: { readonly silent?: boolean; readonly thread?: boolean } = {}): SimProcess {
    const child = this.spawn(parent, parent.container, parent.session);
    Object.assign(child, { argv: parent.argv, token: parent.token, user: parent.user });
    if (options.silent) return child;
    const thread = options.thread ? { 'thread.tid': parent.pid + 100_000, 'thread.ismain': false, 'proc.pid.ts': this.node() } : {};
    this.emit('clone', parent, { 'evt.rawres': child.vpid, ...thread });
    this.wait(1);
    this.emit('clone', child, { 'evt.rawres': 0 });
    return child;
  }

  /** Starts a program. `environment`: what it is started with, if not what the process has. */
  start(process: SimProcess, argv: readonly string[], environment: { readonly token?: string; readonly user?: string } = {}): void {
    const { token = process.token, user = process.user } = environment;
    Object.assign(process, { argv, token, user });
    this.wait(1);
    this.emit('execve', process, { 'evt.res': 'SUCCESS' });
  }

  /** Ends a process; its children are adopted by the container's first process, or on the node by the shim. */
  exit(process: SimProcess): void {
    process.alive = false;
    this.living.delete(process);
    for (const child of this.living) {
      if (child.parent === process) child.parent = process.container?.hostPid ? this.shim : (process.container?.main ?? this.shim);
    }
  }

  private report(
    container: SimContainer,
    id: string,
    user: string,
    command: readonly string[],
    strategy: ExecSession['strategy'],
  ): ExecSession {
    const { namespace, pod, name } = container;
    const session: ExecSession = {
      id,
      cluster: this.cluster,
      kind: 'exec',
      phase: 'requested',
      observer: 'webhook',
      revision: 0,
      user: { username: user, groups: ['sre'] },
      namespace,
      pod,
      container: name,
      command: [...command],
      injected: strategy !== 'none',
      strategy,
      requestedAt: this.api(),
    };
    this.inputs.push({ kind: 'report', report: session });
    return session;
  }

  /** Signs as the webhook does. */
  sign(session: ExecSession, pod = session.pod): string {
    const scope = { cluster: this.cluster, namespace: session.namespace, pod, user: encodeUser(session.user.username) };
    const signature = sign(null, Buffer.from(signedText(session.id, scope)), keys.privateKey).toString('base64url');
    return printToken({ kid: 'sim', session: session.id, signature });
  }

  private runtime(name: string): SimProcess {
    const process = this.spawn(this.shim, undefined, '');
    process.argv = [name];
    return process;
  }

  private spawn(parent: SimProcess | undefined, container: SimContainer | undefined, session: string): SimProcess {
    const pid = (this.pids += 1);
    const vpid = container && !container.hostPid ? this.nextVpid(container.id) : pid;
    const process: SimProcess = { pid, vpid, start: this.node(), container, parent, alive: true, argv: [], token: '', user: '', session };
    this.living.add(process);
    return process;
  }

  private nextVpid(container: string): number {
    const vpid = (this.vpids.get(container) ?? 0) + 1;
    this.vpids.set(container, vpid);
    return vpid;
  }

  private emit(type: string, process: SimProcess, more: Readonly<Record<string, FieldValue>>): void {
    const { container, parent, argv } = process;
    if (!container) return;
    const name = argv[0]?.split('/').at(-1) ?? '';
    const ancestors = this.ancestorsOf(process);
    const holder = ancestors.find(({ token }) => token !== '');
    const fields: Record<string, FieldValue> = {
      'container.id': container.id,
      ...namesOf(container),
      'evt.type': type,
      'evt.num': (this.events += 1),
      'evt.rawtime': this.node(),
      'proc.pid': process.pid,
      'proc.vpid': process.vpid,
      'proc.pid.ts': process.start,
      'proc.ppid': parent?.pid ?? null,
      'proc.pvpid': parent?.vpid ?? null,
      'proc.ppid.ts': parent?.start ?? null,
      'proc.name': name.slice(0, 15),
      'proc.exepath': argv[0] ?? '',
      'proc.args': argv.slice(1).join(' '),
      'proc.cmdline': [name, ...argv.slice(1)].join(' '),
      'proc.env[SEC_SESSION]': process.token,
      'proc.env[SEC_USER_ID]': process.user,
      'proc.aenv[SEC_SESSION]': holder?.token ?? '',
      'thread.tid': process.pid,
      'thread.ismain': true,
      ...Object.fromEntries(ancestors.slice(1, 8).map(({ pid }, index) => [`proc.apid[${index + 2}]`, pid])),
      ...more,
    };
    const event: FalcoEvent = {
      rule: type === 'execve' ? 'Container process started' : 'Container process forked',
      priority: 'Debug',
      source: 'syscall',
      time: printInstant(this.node()),
      hostname: this.name,
      output_fields: fields,
      whoran: { id: `${this.name}-${this.events}`, cluster: this.cluster, node: this.name, receivedAt: this.api() },
    };
    this.inputs.push({ kind: 'event', event, session: process.session });
  }

  private ancestorsOf(process: SimProcess): SimProcess[] {
    const ancestors: SimProcess[] = [];
    for (let { parent } = process; parent && ancestors.length < 10; parent = parent.parent) ancestors.push(parent);
    return ancestors;
  }

  private node(): Nanos {
    return this.time + this.skew;
  }

  private api(): string {
    return printInstant(this.time);
  }
}

function namesOf({ named, name, namespace, pod }: SimContainer): Record<string, FieldValue> {
  return { 'container.name': named ? name : null, 'k8s.ns.name': named ? namespace : null, 'k8s.pod.name': named ? pod : null };
}
