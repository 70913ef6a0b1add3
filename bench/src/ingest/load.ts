/** A process that posts bodies on kept connections, each as soon as the last one is answered, as senders of events do. */
import { type Socket, connect } from 'node:net';
import { type Case, SENDINGS, bodiesOf } from './bodies.ts';

/** What the parent process asks for. */
export interface Load {
  readonly case: Case;
  readonly url: string;
  readonly cluster: string;
  readonly token: string;
  readonly seconds: number;
  readonly connections?: number;
  /** Milliseconds between an answer and the next post of its connection; none for as fast as can be. */
  readonly pause?: number;
}

/** What came of it. */
export interface Loaded {
  readonly events: number;
  readonly seconds: number;
  /** Answers other than 200, and connections that broke. */
  readonly errors: number;
  /** Milliseconds until an answer, the largest of 99 of 100. */
  readonly p99: number;
}

process.on('message', (load: Load) => void run(load).then((loaded) => process.send?.(loaded)));

interface Count {
  answers: number;
  errors: number;
  readonly latencies: number[];
  stopped: boolean;
}

async function run(load: Load): Promise<Loaded> {
  const { connections, eventsPerBody } = { ...SENDINGS[load.case], ...load };
  const requests = requestsOf(load);
  const count: Count = { answers: 0, errors: 0, latencies: [], stopped: false };
  const { hostname: host, port } = new URL(load.url);
  const sockets = Array.from({ length: connections }, (_, index) => {
    const socket = connect({ host, port: Number(port) });
    post(socket, { requests, next: index, count, pause: load.pause });
    return socket;
  });
  const began = performance.now();
  await new Promise((resolve) => setTimeout(resolve, load.seconds * 1000));
  const seconds = (performance.now() - began) / 1000;
  const { answers, errors } = count;
  const p99 = count.latencies.sort((a, b) => a - b)[Math.floor(count.latencies.length * 0.99)] ?? NaN;
  count.stopped = true;
  for (const socket of sockets) socket.destroy();
  return { events: (answers - errors) * eventsPerBody, seconds, errors, p99: Math.round(p99 * 10) / 10 };
}

/** Whole requests as bytes, so that sending one is one write. */
function requestsOf({ case: name, cluster, token, url }: Load): readonly Buffer[] {
  const { service, contentType } = SENDINGS[name];
  const path = `/clusters/${cluster}/${service === 'audit-ingester' ? 'audit' : 'falco'}`;
  return bodiesOf(name).map((body) =>
    Buffer.from(
      `POST ${path} HTTP/1.1\r\nhost: ${new URL(url).host}\r\nauthorization: Bearer ${token}\r\ncontent-type: ${contentType}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    ),
  );
}

interface Posting {
  readonly requests: readonly Buffer[];
  next: number;
  readonly count: Count;
  readonly pause: number | undefined;
}

function post(socket: Socket, posting: Posting): void {
  const { requests, count, pause } = posting;
  let received = '';
  let sent = 0;
  const send = () => {
    received = '';
    sent = performance.now();
    socket.write(requests[(posting.next += 1) % requests.length] ?? '');
  };
  socket.setEncoding('latin1').setNoDelay(true);
  socket.on('connect', send);
  socket.on('error', () => (count.errors += 1));
  socket.on('data', (text: string) => {
    received += text;
    const head = received.indexOf('\r\n\r\n');
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(received)?.[1]);
    if (head === -1 || received.length < head + 4 + length) return;
    count.answers += 1;
    if (!received.startsWith('HTTP/1.1 200')) count.errors += 1;
    count.latencies.push(performance.now() - sent);
    if (count.stopped) return;
    if (pause === undefined) send();
    else setTimeout(send, pause);
  });
}
