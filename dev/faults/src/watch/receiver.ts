import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseJson } from '@whoran/contracts';
import type { Millis } from '@whoran/kernel';
import { ALERT_RULE } from '../load/falco-line.ts';

/** How the receiver behaves now. */
export interface Manners {
  readonly status: number;
  readonly delay: Millis;
  /** Seconds that it asks for in Retry-After. */
  readonly retryAfter: number | undefined;
  /** It takes requests and never answers. */
  readonly hangs: boolean;
}

const WELL: Manners = { status: 200, delay: 0, retryAfter: undefined, hangs: false };

/** Somebody else's system that takes alerts by HTTP POST, well or badly. */
export class Receiver {
  /** Numbers of the events whose alerts were taken. */
  received = new Set<number>();
  /** Alerts that were answered other than with 200. */
  refused = 0;
  /** How often something came again under the key that it had before, updates left out. */
  again = 0;
  /** Idempotency keys of what was taken, updates left out, by the number of the event. */
  private keys = new Map<number, Set<string>>();
  private manners = WELL;

  private constructor(private readonly server: Server) {}

  static async open(): Promise<Receiver> {
    const server = createServer();
    const receiver = new Receiver(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { hangs, retryAfter } = receiver.manners;
        if (hangs) return;
        const key = String(request.headers['idempotency-key']);
        const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
        void receiver.take(Buffer.concat(chunks).toString(), key).then((status) => response.writeHead(status, headers).end());
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return receiver;
  }

  /** How many events were told of under more than one key, updates left out: receivers cannot know that these are one. */
  get doubled(): number {
    return [...this.keys.values()].filter(({ size }) => size > 1).length;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/alerts`;
  }

  behave(manners: Partial<Manners>): void {
    this.manners = { ...WELL, ...manners };
  }

  /** A row begins: it behaves well and has nothing. */
  begin(): void {
    this.behave({});
    this.received = new Set();
    this.refused = 0;
    this.again = 0;
    this.keys = new Map();
  }

  /** Nobody can connect for a while; then it listens again where it did. */
  async away(outage: Millis): Promise<void> {
    const { port } = this.server.address() as AddressInfo;
    await this.close();
    await sleep(outage);
    this.server.listen(port, '127.0.0.1');
    await once(this.server, 'listening');
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async take(body: string, key: string): Promise<number> {
    const { status, delay } = this.manners;
    if (delay > 0) await sleep(delay);
    if (status !== 200) this.refused += 1;
    else this.note(body, key);
    return status;
  }

  private note(body: string, key: string): void {
    const alert = parseJson(body);
    if (!alert.ok) return;
    const { rule, output_fields: fields } = alert.value as { readonly rule?: unknown; readonly output_fields?: Record<string, unknown> };
    if (rule !== ALERT_RULE) return;
    const number = Number(fields?.['evt.num']);
    this.received.add(number);
    if (fields?.['whoran.alert.update'] === true) return;
    const known = this.keys.get(number) ?? new Set();
    if (known.has(key)) this.again += 1;
    this.keys.set(number, known.add(key));
  }
}
