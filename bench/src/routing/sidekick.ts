import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Agent, request } from 'undici';

/** falcosidekick, running with one webhook. */
export interface Sidekick {
  /** Posts alerts, one a request on many connections, as Falco's programs do. Resolves when all are answered. */
  post(alerts: number): Promise<void>;
  stop(): Promise<void>;
}

const CONNECTIONS = 16;

/** Starts falcosidekick's program with a webhook at an address. */
export async function startSidekick(program: string, webhook: string): Promise<Sidekick> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(program, [], {
    stdio: 'ignore',
    env: { PATH: process.env['PATH'], LISTENADDRESS: '127.0.0.1', LISTENPORT: String(port), WEBHOOK_ADDRESS: webhook },
  });
  const failed = once(child, 'error').then(([error]) => Promise.reject(error as Error));
  await Promise.race([untilUp(url), failed]);
  failed.catch(() => undefined);
  return {
    post: (alerts) => postAll(url, alerts),
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function postAll(url: string, alerts: number): Promise<void> {
  const dispatcher = new Agent({ connections: CONNECTIONS });
  let next = 0;
  const sender = async () => {
    while (next < alerts) {
      const body = bodyOf((next += 1));
      const answer = await request(url, { method: 'POST', body, dispatcher, headers: { 'content-type': 'application/json' } });
      await answer.body.dump();
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, sender));
  await dispatcher.close();
}

function bodyOf(number: number): string {
  const fields = { 'k8s.ns.name': 'payments', 'k8s.pod.name': 'api-0', 'proc.cmdline': 'id', 'user.name': 'root', 'evt.num': number };
  const event = { rule: `Rule ${number % 50}`, priority: 'Warning', source: 'syscall', time: new Date().toISOString(), hostname: 'node-a' };
  return JSON.stringify({ ...event, output: 'A shell was started', tags: ['shell'], output_fields: fields });
}

async function untilUp(url: string): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    const answer = await fetch(`${url}/ping`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('falcosidekick does not answer');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
