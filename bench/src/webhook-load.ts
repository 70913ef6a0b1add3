/** A process that sends AdmissionReviews at a constant rate, whether answers come or not, and reports how long they took. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Connection } from './connection.ts';
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

let connections: Connection[] = [];
let idle: Connection[] = [];
let waiting: ((connection: Connection) => void)[] = [];

process.on('message', (load: Load) => void run(load).then((summary) => process.send?.(summary)));

/** The API server keeps its connections: those of the warm-up serve the measurement, whose numbers hold no handshakes. */
async function connectOnce({ url, tls: { caFile, certFile, keyFile } }: Load): Promise<void> {
  if (connections.length > 0) return;
  const { hostname: host, port } = new URL(url);
  const peer = { host, port: Number(port), ca: readFileSync(caFile), cert: readFileSync(certFile), key: readFileSync(keyFile) };
  connections = await Promise.all(Array.from({ length: CONNECTIONS }, () => Connection.open(peer)));
  idle = [...connections];
}

async function run(load: Load) {
  await connectOnce(load);
  const [before = '', after = ''] = load.body.split('REQUEST-UID');
  const length = Buffer.byteLength(load.body) - 'REQUEST-UID'.length + 36;
  const head = `POST /mutate?timeout=5s HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;
  const latencies = new Float64Array(load.rate * load.seconds);
  let answers = 0;
  let errors = 0;
  await pace(load, async (due) => {
    const connection = idle.pop() ?? (await new Promise<Connection>((resolve) => waiting.push(resolve)));
    const answer = await connection.send(head + before + randomUUID() + after);
    latencies[answers++] = performance.now() - due;
    if (answer?.status !== 200 || !answer.body.includes(load.expected)) errors += 1;
    const [next] = waiting;
    if (next) waiting = waiting.slice(1);
    if (next) next(connection);
    else idle.push(connection);
  });
  return summarise(load.name, [...latencies.subarray(0, answers)], errors);
}

/** Starts each request when it is due. Latency counts from then, so a stall of anybody shows in every request behind it. */
async function pace({ rate, seconds }: Load, send: (due: number) => Promise<void>): Promise<void> {
  const total = rate * seconds;
  const began = performance.now();
  let sent = 0;
  let running = 0;
  while (sent < total || running > 0) {
    const due = began + (sent * 1000) / rate;
    if (sent === total || due > performance.now()) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      continue;
    }
    sent += 1;
    running += 1;
    void send(due).finally(() => (running -= 1));
  }
}
