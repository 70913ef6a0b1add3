import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { AlertRouterConfig } from '@whoran/alert-router';
import { type RunningServices, prepareDevelopment, readSettings, startServices } from '@whoran/all-in-one';
import { passTime, settle } from '@whoran/attribution';
import { InProcessBus } from '@whoran/bus';
import { type Alert, type AttributedEvent, type DeadLetter, type FalcoEvent, type Topic, encodeJson, topics } from '@whoran/contracts';
import { type Millis, SilentLogger, VirtualClock, nanosOfMillis, printInstant } from '@whoran/kernel';
import { LineWriter } from '@whoran/outputs';
import { aFalcoEvent } from '@whoran/testing';

// The first start compiles everything and makes a database, on a machine that may be busy.
jest.setTimeout(60_000);

const MORNING = Date.UTC(2026, 0, 1, 10);
const PORTS = Object.fromEntries(
  ['WEBHOOK', 'AUDIT', 'FALCO', 'RESOLVER', 'ROUTER', 'FORENSICS'].map((name) => [`WHORAN_${name}_PORT`, '0']),
);
/** A pid of the node that is in no container: the runtime's. */
const RUNTIME = 900;
const SESSION = '4cf8e840-6049-4b78-959e-559b16d942a4';
const AUDIT_ID = '112ce082-391d-4875-8c42-0a495b6d5bdd';
const JANE = { username: 'jane@example.com', groups: ['sre', 'system:authenticated'] };
const POD = { namespace: 'payments', name: 'api-0' };

/** A process in the container `api` of the pod payments/api-0. */
export interface Process {
  readonly pid: number;
  readonly vpid: number;
  readonly start: bigint;
  readonly parent: Process | undefined;
}

/** The six services in this process, and the Kubernetes cluster around them as far as a spec needs one. Time is virtual. */
export class World {
  readonly alerts: Alert[] = [];
  readonly deadLetters: DeadLetter[] = [];
  /** What the alert router printed. */
  readonly printed: string[] = [];
  private readonly events: AttributedEvent[] = [];

  private constructor(
    private readonly services: RunningServices,
    private readonly time: { readonly clock: VirtualClock; readonly bus: InProcessBus },
    private readonly secrets: { readonly webhook: string; readonly token: string; readonly folder: string },
  ) {}

  /** `rules`: a rule file that runs after the shipped ones. */
  static async open({ rules = '' } = {}): Promise<World> {
    const folder = mkdtempSync(join(tmpdir(), 'whoran-tour-'));
    const own = join(folder, 'rules.yaml');
    writeFileSync(own, rules);
    const env = { WHORAN_DATA_DIR: folder, WHORAN_ROUTER_RULES_FILES: `shipped,${own}`, WHORAN_FORENSICS_DATA_DIR: 'memory', ...PORTS };
    const development = await prepareDevelopment(readSettings(env), env);
    const settings = readSettings(development.environment);
    const clock = new VirtualClock(MORNING);
    const bus = new InProcessBus(clock);
    const printed = new Printed();
    const router = Object.assign(new AlertRouterConfig(), settings.router, { stdout: printed });
    const services = await startServices({ ...settings, router }, { bus, clock, logger: new SilentLogger() });
    const world = new World(services, { clock, bus }, { webhook: development.webhookSecret, token: development.ingestToken, folder });
    printed.lines = world.printed;
    await world.listen(topics.attributedEvents, world.events);
    await world.listen(topics.alerts, world.alerts);
    await world.listen(topics.deadLetters, world.deadLetters);
    return world;
  }

  async close(): Promise<void> {
    await this.services.stop();
    rmSync(this.secrets.folder, { recursive: true });
  }

  /** Jane, or somebody else, runs `kubectl exec`: the API server asks the webhook, and the answer is the command that the kubelet will run. */
  async exec(command: readonly string[], { user = JANE, session = SESSION } = {}): Promise<readonly string[]> {
    const object = { kind: 'PodExecOptions', apiVersion: 'v1', stdout: true, container: 'api', command };
    const request = {
      uid: session,
      kind: { group: '', version: 'v1', kind: 'PodExecOptions' },
      resource: { group: '', version: 'v1', resource: 'pods' },
      subResource: 'exec',
      ...POD,
      operation: 'CONNECT',
      userInfo: user,
      object,
    };
    const { body } = await this.post(
      'webhook',
      `/mutate/${this.secrets.webhook}`,
      encodeJson({ kind: 'AdmissionReview', apiVersion: 'admission.k8s.io/v1', request }),
    );
    const { response } = JSON.parse(body) as { response: { patch: string } };
    const [patch] = JSON.parse(Buffer.from(response.patch, 'base64').toString()) as { value: readonly string[] }[];
    return patch?.value ?? [];
  }

  /** The API server posts its audit event of jane's exec; `at` is when it answered 101. Without a session, no token was put in. */
  async audit(command: readonly string[], at: Millis, session?: string): Promise<void> {
    const query = new URLSearchParams([...command.map((word): [string, string] => ['command', word]), ['container', 'api']]).toString();
    const event = {
      auditID: AUDIT_ID,
      stage: 'ResponseStarted',
      level: 'Request',
      verb: 'get',
      user: JANE,
      sourceIPs: ['192.0.2.10'],
      requestURI: `/api/v1/namespaces/payments/pods/api-0/exec?${query}`,
      objectRef: { resource: 'pods', subresource: 'exec', apiVersion: 'v1', ...POD },
      responseStatus: { code: 101 },
      requestReceivedTimestamp: iso(at - 5),
      stageTimestamp: iso(at),
      annotations: session === undefined ? {} : { 'exec.whoran.dev/session': session, 'exec.whoran.dev/strategy': 'env' },
    };
    await this.post('audit', '/clusters/local/audit', encodeJson({ kind: 'EventList', apiVersion: 'audit.k8s.io/v1', items: [event] }));
  }

  /** A process comes to be. The root of an exec has no parent in its container. */
  process(ids: { readonly pid: number; readonly vpid: number }, parent?: Process): Process {
    return { ...ids, start: nanosOfMillis(this.now()), parent };
  }

  /** A process forks: Falco reports the child. */
  async forks(parent: Process, ids: { readonly pid: number; readonly vpid: number }): Promise<Process> {
    const child = this.process(ids, parent);
    await this.falco(child, { 'evt.type': 'clone', 'evt.rawres': 0, 'proc.cmdline': 'sh' });
    return child;
  }

  /** A process starts a program; the runtime gives `env` its token. */
  async runs(process: Process, argv: readonly string[]): Promise<void> {
    const [name = '', ...args] = argv;
    await this.falco(process, {
      'proc.name': name.split('/').at(-1) ?? '',
      'proc.args': args.join(' '),
      'proc.cmdline': [name.split('/').at(-1), ...args].join(' '),
    });
  }

  /** Falco reports something about a process. Returns the status with which it was answered. */
  async falco(process: Process, fields: FalcoEvent['output_fields'], different: Partial<FalcoEvent> = {}): Promise<number> {
    await this.pass(10);
    const { whoran: _ours, ...event } = aFalcoEvent(
      { time: iso(this.now()), ...different },
      {
        'proc.pid': process.pid,
        'proc.vpid': process.vpid,
        'thread.tid': process.pid,
        'proc.pid.ts': process.start,
        'proc.ppid': process.parent?.pid ?? RUNTIME,
        'proc.pvpid': process.parent?.vpid ?? RUNTIME,
        'evt.num': this.now(),
        'evt.time': nanosOfMillis(this.now()),
        ...fields,
      },
    );
    return (await this.post('falco', '/clusters/local/falco', encodeJson(event))).statusCode;
  }

  async post(service: 'webhook' | 'audit' | 'falco', url: string, payload: string) {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${this.secrets.token}` };
    const answer = await this.services[service].app.inject({ method: 'POST', url, payload, headers });
    await settle(this.time);
    return answer;
  }

  /** What forensics answers. */
  async search<T>(path: string): Promise<T> {
    return (await this.services.forensics.app.inject({ method: 'GET', url: path })).json<T>();
  }

  /** Asks forensics for a change, as an operator on this machine. */
  async change<T>(path: string, body: object): Promise<T> {
    const headers = { 'content-type': 'application/json' };
    const answer = await this.services.forensics.app.inject({ method: 'POST', url: path, payload: encodeJson(body), headers });
    await settle(this.time);
    return answer.json<T>();
  }

  now(): Millis {
    return this.time.clock.now();
  }

  async pass(milliseconds: Millis): Promise<void> {
    await passTime(this.time, this.now() + milliseconds);
  }

  /** Every revision of the answer about a command line, oldest first, once nothing waits any longer. */
  async answersTo(commandLine: string): Promise<readonly AttributedEvent['whoran'][]> {
    await this.pass(5000);
    return this.events.filter(({ output_fields: fields }) => fields['proc.cmdline'] === commandLine).map(({ whoran }) => whoran);
  }

  private async listen<T>(topic: Topic<T>, into: T[]): Promise<void> {
    await this.time.bus.subscribe({ group: 'tour', topic, handle: async (batch) => void into.push(...batch) });
  }
}

class Printed extends LineWriter {
  lines: string[] = [];

  override async write(line: string): Promise<void> {
    this.lines.push(line);
  }
}

function iso(time: Millis): string {
  return printInstant(nanosOfMillis(time));
}
