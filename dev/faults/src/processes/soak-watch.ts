import type { Sample } from '../score/growth.ts';
import { collectGarbage } from './collect-garbage.ts';
import type { Deployment } from './deployment.ts';
import { type ProcStats, procStats } from './proc-stats.ts';
import { type ServiceMetrics, serviceMetrics } from './service-metrics.ts';

type Series = Map<string, Sample[]>;

interface Seen {
  readonly stats: ProcStats;
  /** What is left after a collection of garbage, MiB. */
  readonly held: number | undefined;
  readonly metrics: ServiceMetrics | undefined;
}

/** Looks at every service of a deployment again and again, each time after its garbage was collected: V8 lets a heap double before. */
export class SoakWatch {
  /** Resident memory, MiB. */
  readonly memory: Series = new Map();
  /** What is held on the heap and in buffers, MiB. */
  readonly held: Series = new Map();
  readonly handles: Series = new Map();
  private readonly began = performance.now();
  private readonly latest = new Map<string, Seen>();

  constructor(private readonly deployment: Deployment) {}

  async sample(): Promise<void> {
    const at = (performance.now() - this.began) / 1000;
    for (const { plan, pid, url, logFile } of this.deployment.all()) {
      const held = await collectGarbage(logFile);
      const stats = pid === undefined ? undefined : procStats(pid);
      if (!stats) continue;
      const metrics = await serviceMetrics(url, this.deployment.endpoints.dispatcher);
      this.latest.set(plan.instance, { stats, held, metrics });
      if (held !== undefined) push(this.held, plan.instance, { at, value: held });
      push(this.memory, plan.instance, { at, value: stats.memory });
      push(this.handles, plan.instance, { at, value: stats.handles });
    }
  }

  /** What was seen last, one line a service. */
  lines(): readonly string[] {
    const minute = Math.round((performance.now() - this.began) / 60_000);
    return [...this.latest].map(([instance, { stats, held = 0, metrics }]) => {
      const own = metrics ? `${metrics.resources} resources, ${metrics.timers} timers` : 'no metrics';
      return `minute ${minute}  ${instance.padEnd(24)} memory ${Math.round(stats.memory)} MiB, of which ${Math.round(held)} MiB held, ${own}, ${stats.handles} open files, ${stats.threads} threads`;
    });
  }
}

function push(series: Series, instance: string, sample: Sample): void {
  const samples = series.get(instance);
  if (samples) samples.push(sample);
  else series.set(instance, [sample]);
}
