/** A check answers nothing when all is well, or says in a few words what is wrong. It must not wait long. */
export type HealthCheck = () => string | undefined | Promise<string | undefined>;

/** What a service says of itself to Kubernetes: alive while its loops tick, ready while it can do its work. */
export class Health {
  private readonly checks = new Map<string, HealthCheck>();
  private draining = false;

  /** Adds something that must be well for the service to be ready. */
  add(name: string, check: HealthCheck): void {
    this.checks.set(name, check);
  }

  /** From now on the service is alive but not ready. */
  drain(): void {
    this.draining = true;
  }

  /** Everything that keeps the service from being ready, one line each; empty when it is. */
  async problems(): Promise<string[]> {
    const problems = this.draining ? ['draining: the service is stopping'] : [];
    for (const [name, check] of this.checks) {
      const problem = await askedOf(check);
      if (problem !== undefined) problems.push(`${name}: ${problem}`);
    }
    return problems;
  }
}

/** A check that breaks must not hide what the others say. Its error may hold anything, so it is not shown. */
async function askedOf(check: HealthCheck): Promise<string | undefined> {
  try {
    return await check();
  } catch {
    return 'the check itself failed';
  }
}
