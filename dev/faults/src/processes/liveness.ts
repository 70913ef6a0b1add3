import type { ServiceProcess } from './service-process.ts';

const EVERY = 5000;
/** The threshold that Kubernetes has by default. */
const FAILURES = 3;

/** The liveness probes of a deployment: whoever says three times that only a new process helps is killed, and so started again. */
export class Liveness {
  private readonly failures = new WeakMap<ServiceProcess, number>();
  private readonly timer;

  constructor(
    private readonly processes: () => readonly ServiceProcess[],
    private readonly killed: (what: string) => void,
  ) {
    this.timer = setInterval(() => this.probe(), EVERY);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private probe(): void {
    for (const process of this.processes()) void this.look(process);
  }

  private async look(process: ServiceProcess): Promise<void> {
    const { pid } = process;
    // A busy machine is slow to answer: only a service that itself says that it is dead is taken for that.
    const isDead = (await process.answerTo('/livez')) === 503;
    const failures = isDead ? (this.failures.get(process) ?? 0) + 1 : 0;
    this.failures.set(process, failures);
    if (failures < FAILURES || process.pid !== pid) return;
    this.failures.delete(process);
    this.killed(process.plan.instance);
    await process.crash();
  }
}
