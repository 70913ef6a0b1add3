/** How long a check may take, milliseconds: kubelet's default patience with a probe is one second. */
const ANSWER_LIMIT = 800;

/** A check answers nothing when all is well, or says in a few words what is wrong. One that takes longer than 800 ms is a problem. */
export type HealthCheck = () => string | undefined | Promise<string | undefined>;

/** What a service says of itself to Kubernetes: alive while its loops tick, ready while it can do its work. */
export class Health {
  private readonly checks = new Map<string, HealthCheck>();
  private readonly vital = new Map<string, HealthCheck>();
  private draining = false;

  /** Adds something that must be well for the service to be ready, in place of what was added under this name before. */
  add(name: string, check: HealthCheck): void {
    this.checks.set(name, check);
  }

  /** Adds something without which only a new process helps. Never a dependency that may come back: all replicas would end at once. */
  addVital(name: string, check: HealthCheck): void {
    this.vital.set(name, check);
  }

  /** From now on the service is alive but not ready. */
  drain(): void {
    this.draining = true;
  }

  /** Everything that keeps the service from being ready, one line each; empty when it is. */
  async problems(): Promise<string[]> {
    const draining = this.draining ? ['draining: the service is stopping'] : [];
    return [...draining, ...(await problemsOf(this.checks))];
  }

  /** Why the process should be ended and started again, one line each; empty when it is well. */
  fatalities(): Promise<string[]> {
    return problemsOf(this.vital);
  }
}

async function problemsOf(checks: ReadonlyMap<string, HealthCheck>): Promise<string[]> {
  const asked = [...checks].map(async ([name, check]) => ({ name, problem: await askedOf(check) }));
  return (await Promise.all(asked)).flatMap(({ name, problem }) => (problem === undefined ? [] : [`${name}: ${problem}`]));
}

/** A check that breaks must not hide what the others say. Its error may hold anything, so it is not shown. */
async function askedOf(check: HealthCheck): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, ANSWER_LIMIT, `did not answer within ${ANSWER_LIMIT} ms`);
  });
  try {
    return await Promise.race([check(), late]);
  } catch {
    return 'the check itself failed';
  } finally {
    clearTimeout(timer);
  }
}
