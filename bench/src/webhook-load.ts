/** A process that sends AdmissionReviews at a constant rate, whether answers come or not, and reports how long they took. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Pool } from 'undici';
import { summarise } from './summary.ts';

/** What the parent process asks for. */
export interface Load {
  readonly name: string;
  readonly url: string;
  readonly tls: { readonly caFile: string; readonly certFile: string; readonly keyFile: string };
  readonly body: string;
  readonly rate: number;
  readonly seconds: number;
  /** What an answer must contain. */
  readonly expected: string;
}

/** As many as the API server might hold open; a connection that is busy is not waited for. */
const CONNECTIONS = 32;
/** An answer that takes longer counts as an error, milliseconds. */
const PATIENCE = 10_000;

process.on('message', (load: Load) => void run(load).then((summary) => process.send?.(summary)));

async function run(load: Load) {
  const { caFile, certFile, keyFile } = load.tls;
  const connect = { ca: readFileSync(caFile), cert: readFileSync(certFile), key: readFileSync(keyFile) };
  const pool = new Pool(load.url, { connections: CONNECTIONS, pipelining: 1, connect, headersTimeout: PATIENCE, bodyTimeout: PATIENCE });
  const latencies: number[] = [];
  let errors = 0;
  const send = async (due: number) => {
    try {
      const body = load.body.replace('REQUEST-UID', randomUUID());
      const answer = await pool.request({
        method: 'POST',
        path: '/mutate?timeout=5s',
        headers: { 'content-type': 'application/json' },
        body,
      });
      const text = await answer.body.text();
      latencies.push(performance.now() - due);
      if (answer.statusCode !== 200 || !text.includes(load.expected)) errors += 1;
    } catch {
      errors += 1; // counted: the table says how many
    }
  };
  await pace(load, send);
  await pool.close();
  return summarise(load.name, latencies, errors);
}

/** Starts each request when it is due. Latency counts from then, so a stall of anybody shows in every request behind it. */
async function pace({ rate, seconds }: Load, send: (due: number) => Promise<void>): Promise<void> {
  const total = rate * seconds;
  const began = performance.now();
  const running: Promise<void>[] = [];
  while (running.length < total) {
    const due = began + (running.length * 1000) / rate;
    if (due > performance.now()) await new Promise((resolve) => setTimeout(resolve, 1));
    else running.push(send(due));
  }
  await Promise.all(running);
}
