import { type Logger, messageOf } from '@whoran/kernel';

interface Step {
  readonly name: string;
  readonly run: () => Promise<void> | void;
  readonly limit: number;
}

/**
 * What must happen before a service ends, last registered first. Every step runs whatever failed before it, and each is
 * bounded. Nest's destroy hooks are not used: they run at once and in no order (docs/adr/0007).
 */
export class Shutdown {
  private readonly steps: Step[] = [];
  private running: Promise<boolean> | undefined;

  constructor(private readonly logger: Logger) {}

  /** Adds a step. `limit` is in milliseconds. */
  add(name: string, run: () => Promise<void> | void, limit = 5000): void {
    this.steps.push({ name, run, limit });
  }

  /** Runs the steps, once; resolves true if all of them succeeded in time. */
  run(): Promise<boolean> {
    this.running ??= this.runAll();
    return this.running;
  }

  private async runAll(): Promise<boolean> {
    let clean = true;
    for (let step = this.steps.pop(); step; step = this.steps.pop()) {
      try {
        await within(step.limit, step.run());
      } catch (error) {
        clean = false;
        this.logger.error('shutdown.step-failed', { step: step.name, error: messageOf(error) });
      }
    }
    return clean;
  }
}

async function within(limit: number, work: Promise<void> | void): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`took longer than ${limit} ms`)), limit);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
