import type { Sample } from '../score/growth.ts';
import type { Deployment } from './deployment.ts';
import { type ProcStats, procStats } from './proc-stats.ts';
import { type ServiceMetrics, serviceMetrics } from './service-metrics.ts';

type Series = Map<string, Sample[]>;

/** Looks at every service of a deployment again and again. */
export class SoakWatch {
  readonly memory: Series = new Map();
  readonly handles: Series = new Map();
  private readonly began = performance.now();
  private latest = new Map<string, { readonly stats: ProcStats; readonly metrics: ServiceMetrics | undefined }>();

  constructor(private readonly deployment: Deployment) {}

  async sample(): Promise<void> {
    const at = (performance.now() - this.began) / 1000;
    for (const { plan, pid, url } of this.deployment.all()) {
      const stats = pid === undefined ? undefined : procStats(pid);
      if (!stats) continue;
      const metrics = await serviceMetrics(url, this.deployment.endpoints.dispatcher);
      this.latest.set(plan.instance, { stats, metrics });
      push(this.memory, plan.instance, { at, value: stats.memory });
      push(this.handles, plan.instance, { at, value: stats.handles });
    }
  }

  /** What was seen last, one line a service. */
  lines(): readonly string[] {
    const minute = Math.round((performance.now() - this.began) / 60_000);
    return [...this.latest].map(([instance, { stats, metrics }]) => {
      const own = metrics ? `heap ${Math.round(metrics.heap)} MiB, ${metrics.resources} resources, ${metrics.timers} timers` : 'no metrics';
      return `minute ${minute}  ${instance.padEnd(24)} memory ${Math.round(stats.memory)} MiB, ${own}, ${stats.handles} open files, ${stats.threads} threads`;
    });
  }
}

function push(series: Series, instance: string, sample: Sample): void {
  const samples = series.get(instance);
  if (samples) samples.push(sample);
  else series.set(instance, [sample]);
}
