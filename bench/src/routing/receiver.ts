/** A process that takes alerts by HTTP POST, each after a delay, and counts them. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the parent process asks: to begin with a delay in milliseconds, or for what has come. */
export type Asked = { readonly delay: number } | { readonly wait: number };

/** Where it listens, or what has come until now. */
export interface Taken {
  readonly url: string;
  readonly requests: number;
  /** Milliseconds between the first and the last. */
  readonly span: number;
}

let delay = 0;
let requests = 0;
let [first, last] = [0, 0];

const server = createServer((request, response) => {
  request.resume().on('end', () => {
    last = performance.now();
    if (requests === 0) first = last;
    requests += 1;
    if (delay === 0) response.end();
    else setTimeout(() => response.end(), delay);
  });
});
const listening = new Promise<string>((resolve) =>
  server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)),
);

process.on('message', (asked: Asked) => void answer(asked).then((taken) => process.send?.(taken)));

async function answer(asked: Asked): Promise<Taken> {
  if ('delay' in asked) [delay, requests, first, last] = [asked.delay, 0, 0, 0];
  else await new Promise((resolve) => setTimeout(resolve, asked.wait));
  return { url: await listening, requests, span: last - first };
}
