import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import type { Endpoints } from '../load/endpoints.ts';
import { Liveness } from './liveness.ts';
import { MemoryWatch } from './memory-watch.ts';
import { type ServiceName, type Surroundings, plansOf } from './plans.ts';
import { type ServicePlan, ServiceProcess } from './service-process.ts';

/** Between a signal and the moment when nobody calls the old process any more. */
const NOTICED_AFTER = 300;

/** The services as separate processes, and what an operator or a fault does to them. */
export class Deployment {
  readonly memory = new MemoryWatch(() => this.all().map(({ plan: { instance }, pid }) => ({ instance, pid })));
  readonly endpoints: Endpoints;
  /** Processes that ended although nobody had asked them to. They are started again, as Kubernetes would. */
  readonly deaths: string[] = [];
  /** Processes that were killed because their liveness probe failed. */
  readonly restarts: string[] = [];
  private readonly liveness = new Liveness(
    () => this.all(),
    (instance) => void this.restarts.push(instance),
  );
  private readonly dispatcher: Agent;
  /** The process that is called, by instance. */
  private readonly current = new Map<string, ServiceProcess>();
  private readonly extra = new Set<ServiceProcess>();
  private readonly plans: readonly ServicePlan[];

  private constructor(private readonly surroundings: Surroundings) {
    const { material } = surroundings;
    this.plans = plansOf(surroundings);
    this.dispatcher = new Agent({ connect: { ca: readFileSync(material.certificates.caFile) }, connections: 16 });
    this.endpoints = {
      webhook: (cluster) => `${this.url(`webhook-mutator-${cluster}`)}/mutate/${material.webhookSecret}?timeout=5s`,
      audit: (cluster) => `${this.url('audit-ingester')}/clusters/${cluster}/audit`,
      falco: (cluster) => `${this.url('falco-ingester')}/clusters/${cluster}/falco`,
      ingestToken: material.tokenOf,
      dispatcher: this.dispatcher,
    };
  }

  /** Starts every service; resolves when all are ready. */
  static async start(surroundings: Surroundings): Promise<Deployment> {
    const deployment = new Deployment(surroundings);
    try {
      await Promise.all(deployment.plans.map((plan) => deployment.begin(plan)));
      await Promise.all(deployment.all().map((process) => process.ready()));
      return deployment;
    } catch (error) {
      await deployment.stop();
      throw error;
    }
  }

  url(instance: string): string {
    const process = this.current.get(instance);
    if (!process) throw new Error(`there is no ${instance}`);
    return process.url;
  }

  /** Processes that run, by instance. */
  all(): readonly ServiceProcess[] {
    return [...this.current.values(), ...this.extra];
  }

  /** kill -9 of every process of a service; each is started again at once, as a container is. Resolves when they are ready. */
  async crash(service: ServiceName): Promise<void> {
    await Promise.all(this.of(service).map((process) => process.crash()));
    await Promise.all(this.of(service).map((process) => process.ready()));
  }

  /**
   * A rolling update: a new process first, then SIGTERM to the old one; the other way round where both need the same folder.
   * Says how the old ones ended, if not well.
   */
  async rollOut(service: ServiceName): Promise<readonly string[]> {
    const endings = this.of(service).map(async (old) => {
      const ending = old.plan.hasFolder ? await old.restart() : await this.replace(old);
      return ending === '0' ? [] : [`${old.plan.instance} ended with ${ending}`];
    });
    return (await Promise.all(endings)).flat();
  }

  /** Starts a service again with other settings, or in other surroundings; with nothing, as it was at first. */
  async change(service: ServiceName, different: Partial<Pick<ServicePlan, 'environment' | 'within'>> = {}): Promise<void> {
    for (const process of this.of(service)) {
      const usual = this.plans.find(({ instance }) => instance === process.plan.instance) ?? process.plan;
      await process.restart({ ...usual, ...different, environment: { ...usual.environment, ...different.environment } });
    }
  }

  /** What a service says in /metrics, as text. */
  async metrics(instance: string): Promise<string> {
    const { body } = await request(`${this.url(instance)}/metrics`, { dispatcher: this.dispatcher });
    return body.text();
  }

  /** A setting of a service. */
  setting(instance: string, name: string): string {
    return this.plans.find((plan) => plan.instance === instance)?.environment[name] ?? '';
  }

  /** One more process of a service, which shares its work. */
  async join(service: ServiceName): Promise<ServiceProcess> {
    const [plan] = this.plans.filter((candidate) => candidate.service === service);
    if (!plan) throw new Error(`there is no ${service}`);
    const process = await ServiceProcess.start({ ...plan, instance: `${plan.instance}-2` }, this.place);
    this.extra.add(process);
    await process.ready();
    return process;
  }

  /** Ends a process that joined. Says how it ended. */
  async leave(process: ServiceProcess): Promise<string> {
    const ending = await process.end('SIGTERM');
    this.extra.delete(process);
    return ending;
  }

  /** What is not ready now. */
  async notReady(): Promise<readonly string[]> {
    const states = await Promise.all(this.all().map(async (process) => ({ name: process.plan.instance, ready: await process.isReady() })));
    return states.filter(({ ready }) => !ready).map(({ name }) => name);
  }

  async stop(): Promise<void> {
    this.memory.stop();
    this.liveness.stop();
    await Promise.all(this.all().map((process) => process.end('SIGKILL')));
    await this.dispatcher.destroy();
  }

  private get place() {
    const died = (what: string) => void this.deaths.push(what);
    return { logs: this.surroundings.material.logs, dispatcher: this.dispatcher, died };
  }

  private of(service: ServiceName): readonly ServiceProcess[] {
    return [...this.current.values()].filter(({ plan }) => plan.service === service);
  }

  private async begin(plan: ServicePlan): Promise<void> {
    this.current.set(plan.instance, await ServiceProcess.start(plan, this.place));
  }

  private async replace(old: ServiceProcess): Promise<string> {
    const next = await ServiceProcess.start(old.plan, this.place);
    this.extra.add(next);
    await next.ready();
    const ending = old.end('SIGTERM');
    this.extra.add(old);
    await sleep(NOTICED_AFTER);
    this.current.set(old.plan.instance, next);
    this.extra.delete(next);
    const ended = await ending;
    this.extra.delete(old);
    return ended;
  }
}
