import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

/** A falco-ingester that runs as in production: a process of its own. */
export interface IngesterProcess {
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>;
  /** Asks it to end; resolves with its status. */
  stop(): Promise<number | null>;
}

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/** Starts it on a port with settings; resolves when it listens. */
export async function startIngester(port: number, settings: Readonly<Record<string, string>>): Promise<IngesterProcess> {
  const child = spawn(`${ROOT}services/run`, ['falco-ingester'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'], WHORAN_FALCO_PORT: String(port), WHORAN_LOG_LEVEL: 'error', ...settings },
  });
  child.stdout.resume();
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  await untilItListens(child, port);
  const end = (signal: 'SIGKILL' | 'SIGTERM') => {
    child.kill(signal);
    return ended;
  };
  return { kill: async () => void (await end('SIGKILL')), stop: () => end('SIGTERM') };
}

async function untilItListens(child: ChildProcess, port: number): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (child.exitCode !== null) throw new Error(`the ingester ended with status ${child.exitCode}`);
    const answer = await fetch(`http://127.0.0.1:${port}/livez`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the ingester does not listen after a minute');
}

/** A port that is free now. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
