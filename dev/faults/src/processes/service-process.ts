import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Dispatcher, request } from 'undici';

/** Which service runs, with which settings. */
export interface ServicePlan {
  readonly service: string;
  /** The process among those of its service, for its log file. */
  readonly instance: string;
  readonly portSetting: string;
  readonly scheme: 'http' | 'https';
  readonly environment: Readonly<Record<string, string>>;
  /** It has a folder of its own, which two processes cannot share: the old one ends before the new one starts. */
  readonly hasFolder: boolean;
  /** A program that starts it in surroundings of its own, with its arguments. */
  readonly within?: readonly string[];
}

/** Where a service process runs. */
export interface ServicePlace {
  readonly logs: string;
  readonly dispatcher: Dispatcher;
  /** A process ended that nobody had asked to. */
  readonly died: (what: string) => void;
}

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const EX_CONFIG = 78;
/** Kubernetes starts a container again at once when it dies for the first time. */
const START_AGAIN_AFTER = 1000;
const READY_LIMIT = 180_000;
/** What Kubernetes waits before it kills. */
const END_LIMIT = 30_000;

/** One service as a process of its own. It ends with this process, if not before. */
export class ServiceProcess {
  private child: ChildProcess | undefined;
  /** Whether it was asked to end. */
  private ending = false;

  private constructor(
    public plan: ServicePlan,
    private readonly place: ServicePlace,
    readonly port: number,
  ) {}

  /** Starts it on the port, or on a free one; `ready` says when it can be used. */
  static async start(plan: ServicePlan, place: ServicePlace, port?: number): Promise<ServiceProcess> {
    const process = new ServiceProcess(plan, place, port ?? (await freePort()));
    process.spawn();
    return process;
  }

  get url(): string {
    return `${this.plan.scheme}://127.0.0.1:${this.port}`;
  }

  get pid(): number | undefined {
    return this.running ? this.child?.pid : undefined;
  }

  get running(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  get logFile(): string {
    return join(this.place.logs, `${this.plan.instance}.log`);
  }

  /** Resolves when /readyz answers 200. Rejects when the process ends, or after three minutes. */
  async ready(): Promise<void> {
    const until = performance.now() + READY_LIMIT;
    while (!(await this.isReady())) {
      if (this.hopeless) throw new Error(`${this.plan.instance} ended with ${this.exit}; see ${this.logFile}`);
      if (performance.now() > until)
        throw new Error(`${this.plan.instance} is not ready after ${READY_LIMIT / 1000} s; see ${this.logFile}`);
      await sleep(100);
    }
  }

  async isReady(): Promise<boolean> {
    return (await this.answerTo('/readyz')) === 200;
  }

  /** The status with which it answers a probe; nothing when it does not answer. */
  async answerTo(path: '/readyz' | '/livez'): Promise<number | undefined> {
    try {
      const { statusCode, body } = await request(this.url + path, { dispatcher: this.place.dispatcher, headersTimeout: 2000 });
      await body.dump();
      return statusCode;
    } catch {
      return undefined; // it does not listen yet
    }
  }

  /** Kills it at once, and starts it again on the same port, as a container is started again in its pod. */
  async crash(): Promise<void> {
    await this.end('SIGKILL');
    this.spawn();
  }

  /** Asks it to end and starts it again on the same port, as a pod with a volume is replaced. Says how it ended. */
  async restart(plan = this.plan): Promise<string> {
    const ending = await this.end('SIGTERM');
    this.plan = plan;
    this.spawn();
    await this.ready();
    return ending;
  }

  /** Asks it to end, and waits as long as Kubernetes would. Says how it ended: `0` when all was well. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<string> {
    const { child } = this;
    this.ending = true;
    if (!child || !this.running) return this.exit;
    const exited = once(child, 'exit');
    child.kill(signal);
    const late = setTimeout(() => child.kill('SIGKILL'), END_LIMIT);
    await exited;
    clearTimeout(late);
    return this.exit;
  }

  private get exit(): string {
    return String(this.child?.signalCode ?? this.child?.exitCode ?? 'no start');
  }

  /** Its settings are wrong: it would end again and again. */
  private get hopeless(): boolean {
    return this.child?.exitCode === EX_CONFIG;
  }

  private spawn(): void {
    const { plan, port } = this;
    this.ending = false;
    const log = openSync(this.logFile, 'a');
    const environment = { ...withoutSettings(process.env), ...plan.environment, [plan.portSetting]: String(port) };
    const entry = ['services/run', plan.service];
    const [program = '', ...args] = [...(plan.within ?? []), ...entry];
    this.child = spawn(program, args, { cwd: ROOT, env: environment, stdio: ['ignore', log, log] });
    closeSync(log);
    // Nothing is left behind when this process ends early.
    const { child } = this;
    const guard = () => void child.kill('SIGKILL');
    process.once('exit', guard);
    child.once('exit', () => {
      process.off('exit', guard);
      if (!this.ending) this.startAgain();
    });
  }

  private startAgain(): void {
    this.place.died(`${this.plan.instance} ended by itself with ${this.exit}; see ${this.logFile}`);
    const again = setTimeout(() => {
      if (!this.ending && !this.hopeless) this.spawn();
    }, START_AGAIN_AFTER);
    again.unref();
  }
}

function withoutSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('WHORAN_')));
}

async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (typeof address === 'string' || address === null) throw new Error('no free port');
  return address.port;
}
