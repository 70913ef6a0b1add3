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
}

const WELL: Manners = { status: 200, delay: 0 };

/** Somebody else's system that takes alerts by HTTP POST, well or badly. */
export class Receiver {
  /** Numbers of the events whose alerts were taken. */
  received = new Set<number>();
  /** Alerts that were answered other than with 200. */
  refused = 0;
  private manners = WELL;

  private constructor(private readonly server: Server) {}

  static async open(): Promise<Receiver> {
    const server = createServer();
    const receiver = new Receiver(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => void receiver.take(Buffer.concat(chunks).toString()).then((status) => response.writeHead(status).end()));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return receiver;
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
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async take(body: string): Promise<number> {
    const { status, delay } = this.manners;
    if (delay > 0) await sleep(delay);
    if (status !== 200) this.refused += 1;
    else this.note(body);
    return status;
  }

  private note(body: string): void {
    const alert = parseJson(body);
    if (!alert.ok) return;
    const { rule, output_fields: fields } = alert.value as { readonly rule?: unknown; readonly output_fields?: Record<string, unknown> };
    if (rule === ALERT_RULE) this.received.add(Number(fields?.['evt.num']));
  }
}
