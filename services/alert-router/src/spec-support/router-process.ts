import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** A router that runs as a process of its own, as in production. */
export interface RouterProcess {
  readonly url: string;
  /** The end of what it logged. */
  log(): string;
  /** Ends it as a crash does. */
  kill(): Promise<void>;
  /** Asks it to end; resolves with its exit status. */
  stop(): Promise<number | null>;
}

/** Starts a router; resolves when it is ready. It ends with `kill` or `stop`. */
export async function startRouter(env: Readonly<Record<string, string>>): Promise<RouterProcess> {
  const child = spawn(`${root}services/run`, ['alert-router'], {
    cwd: root,
    env: { PATH: process.env['PATH'], WHORAN_ROUTER_PORT: '0', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let log = '';
  child.stderr.on('data', (chunk) => (log = (log + String(chunk)).slice(-10_000)));
  const url = await urlOf(child, () => log);
  await untilReady(url);
  return {
    url,
    log: () => log,
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
    stop: () => {
      child.kill('SIGTERM');
      return exited;
    },
  };
}

/** The address is in the log, because the port is any free one. */
function urlOf(child: ChildProcess, log: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stderr?.on('data', () => {
      const url = /"url":"([^"]+)"/.exec(log())?.[1];
      if (url !== undefined) resolve(url);
    });
    child.once('exit', () => reject(new Error(`the router ended before it listened:\n${log()}`)));
  });
}

async function untilReady(url: string): Promise<void> {
  const limit = performance.now() + 60_000;
  for (;;) {
    const answer = await fetch(`${url}/readyz`);
    if (answer.status === 200) return;
    if (performance.now() > limit) throw new Error(`the router did not get ready: ${await answer.text()}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
