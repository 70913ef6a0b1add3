import { type Logger, messageOf } from '@whoran/kernel';

interface Step {
  readonly name: string;
  readonly run: () => Promise<void> | void;
  readonly limit: number;
}

/** How long all steps together may take, milliseconds: Kubernetes kills what has not ended after 30 s. */
const TOTAL = 26_000;

/** What a step gets when the time for all of them is up, so that each at least begins. */
const LEAST = 250;

/**
 * What must happen before a service ends, last registered first. Every step runs whatever failed before it; each is bounded,
 * and so are all together. Nest's destroy hooks are not used: they run at once and in no order (docs/adr/0007).
 */
export class Shutdown {
  private readonly steps: Step[] = [];
  private running: Promise<boolean> | undefined;

  constructor(
    private readonly logger: Logger,
    private readonly total = TOTAL,
  ) {}

  /** Adds a step. `limit` is in milliseconds; a step gets less when those before it took long. */
  add(name: string, run: () => Promise<void> | void, limit = 5000): void {
    this.steps.push({ name, run, limit });
  }

  /** Runs the steps, once; resolves true if all of them succeeded in time. */
  run(): Promise<boolean> {
    this.running ??= this.runAll();
    return this.running;
  }

  private async runAll(): Promise<boolean> {
    const start = performance.now();
    const end = start + this.total;
    let clean = true;
    this.logger.info('service.stopping');
    for (let step = this.steps.pop(); step; step = this.steps.pop()) {
      const began = performance.now();
      const limit = Math.min(step.limit, Math.max(LEAST, end - began));
      try {
        await within(limit, step.run());
        this.logger.debug('shutdown.step', { step: step.name, milliseconds: Math.round(performance.now() - began) });
      } catch (error) {
        clean = false;
        this.logger.error('shutdown.step-failed', { step: step.name, error: messageOf(error) });
      }
    }
    this.logger.info('service.stopped', { clean, milliseconds: Math.round(performance.now() - start) });
    return clean;
  }
}

async function within(limit: number, work: Promise<void> | void): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`took longer than ${Math.round(limit)} ms`)), limit);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
