import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

/** A service that runs as a process of its own. */
export interface RunningService {
  readonly url: string;
  /** The value of a metric; of one with labels the sum of those whose labels contain the text. */
  readonly metrics: () => Promise<Metrics>;
  readonly stop: () => Promise<void>;
}

/** Values of metrics, read at one moment. */
export type Metrics = (name: string, labels?: string) => number;

/**
 * Starts a service and waits until it is ready. `portSetting` is the setting that takes its port. A folder in
 * WHORAN_BENCH_PROFILE makes it write a processor profile there when it ends.
 */
export async function startService(name: string, portSetting: string, settings: Readonly<Record<string, string>>): Promise<RunningService> {
  const port = await freePort();
  const child = spawn('services/run', [name], {
    cwd: fileURLToPath(new URL('../../', import.meta.url)),
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { PATH: process.env['PATH'], ...profiling(), [portSetting]: String(port), WHORAN_LOG_LEVEL: 'error', ...settings },
  });
  const url = `http://127.0.0.1:${port}`;
  await untilReady(url, child);
  return {
    url,
    metrics: async () => readMetrics(await (await fetch(`${url}/metrics`)).text()),
    stop: async () => {
      if (child.exitCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function readMetrics(text: string): Metrics {
  const samples = text.split('\n').flatMap((line) => {
    const [, name = '', labels = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    return value === undefined ? [] : [{ name, labels, value: Number(value) }];
  });
  return (wanted, part = '') =>
    samples.filter(({ name, labels }) => name === wanted && labels.includes(part)).reduce((sum, { value }) => sum + value, 0);
}

function profiling(): Readonly<Record<string, string>> {
  const folder = process.env['WHORAN_BENCH_PROFILE'];
  return folder ? { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${folder}` } : {};
}

/** What services/run gives to Node. */
export function serviceFlags(): readonly string[] {
  return readFileSync(new URL('../../services/node-flags', import.meta.url), 'utf8')
    .trim()
    .split('\n');
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (child.exitCode !== null) throw new Error(`the service ended with status ${child.exitCode}`);
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  child.kill('SIGKILL');
  throw new Error('the service is not ready after a minute');
}
