/** A process with an alert-router on a bus in memory, and a bare HTTP server that brings Falco's events on it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InProcessBus } from '@whoran/bus';
import { type AttributedEvent, type FalcoEvent, parseJson, topics } from '@whoran/contracts';
import { SystemClock } from '@whoran/service-kit';
import { startEmbeddedRouter } from './embedded-router.ts';

/** What the parent process asks for. */
export interface EmbeddedRouter {
  readonly routesFile: string;
}

process.on('message', (asked: EmbeddedRouter) => void serve(asked).then((url) => process.send?.(url)));

async function serve({ routesFile }: EmbeddedRouter): Promise<string> {
  const bus = new InProcessBus(new SystemClock());
  await startEmbeddedRouter(bus, routesFile);
  let number = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const event = eventOf(Buffer.concat(chunks).toString(), (number += 1));
      void bus.publish(topics.attributedEvents, [event]).then(() => response.end());
    });
  });
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)),
  );
}

function eventOf(body: string, number: number): AttributedEvent {
  const read = parseJson(body);
  if (!read.ok) throw new Error('an event of the measurement cannot be read');
  const receivedAt = new Date().toISOString();
  const attribution = { evidence: 'none' } as const;
  const whoran = { id: `event-${number}`, cluster: 'bench', node: 'node-a', receivedAt, revision: 0, attribution };
  return { ...(read.value as Omit<FalcoEvent, 'whoran'>), whoran };
}
