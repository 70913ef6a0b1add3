import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '../service.ts';

/** falcosidekick, running with one webhook. */
export interface Sidekick {
  /** Where it takes Falco's events. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts falcosidekick's program with a webhook at an address, to which it may send so many at once. */
export async function startSidekick(program: string, webhook: { readonly url: string; readonly concurrency: number }): Promise<Sidekick> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const child = spawn(program, [], {
    stdio: 'ignore',
    env: {
      PATH: process.env['PATH'],
      LISTENADDRESS: '127.0.0.1',
      LISTENPORT: String(port),
      WEBHOOK_ADDRESS: webhook.url,
      WEBHOOK_MAXCONCURRENTREQUESTS: String(webhook.concurrency),
    },
  });
  const failed = Promise.race([
    once(child, 'error').then(([error]) => Promise.reject(error as Error)),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`falcosidekick ended with status ${String(code)}`))),
  ]);
  failed.catch(() => undefined); // ending is expected once it was stopped
  await Promise.race([untilUp(url, () => child.exitCode !== null), failed]);
  return {
    url,
    stop: async () => {
      child.kill('SIGKILL');
      await failed.catch(() => undefined);
    },
  };
}

async function untilUp(url: string, ended: () => boolean): Promise<void> {
  for (let tries = 0; tries < 300 && !ended(); tries += 1) {
    const answer = await fetch(`${url}ping`).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('falcosidekick does not answer');
}
