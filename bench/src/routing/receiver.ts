/** A process that takes alerts by HTTP POST, each after a delay, and counts them. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the parent process asks: to begin with a delay in milliseconds, or for what has come. The first `warmUp` are not timed. */
export type Asked = { readonly delay: number; readonly warmUp: number } | { readonly wait: number };

/** Where it listens, or what has come until now. */
export interface Taken {
  readonly url: string;
  readonly requests: number;
  /** What was timed: how many, and milliseconds from the last that was not timed to the last of all. */
  readonly timed: number;
  readonly span: number;
}

let [delay, warmUp] = [0, 1];
let requests = 0;
let [first, last] = [0, 0];

const server = createServer((request, response) => {
  request.resume().on('end', () => {
    requests += 1;
    last = performance.now();
    if (requests === warmUp) first = last;
    if (delay === 0) response.end();
    else setTimeout(() => response.end(), delay);
  });
});
const listening = new Promise<string>((resolve) =>
  server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)),
);

process.on('message', (asked: Asked) => void answer(asked).then((taken) => process.send?.(taken)));

async function answer(asked: Asked): Promise<Taken> {
  if ('delay' in asked) [delay, warmUp, requests] = [asked.delay, asked.warmUp, 0];
  else await new Promise((resolve) => setTimeout(resolve, asked.wait));
  return { url: await listening, requests, timed: Math.max(0, requests - warmUp), span: last - first };
}
