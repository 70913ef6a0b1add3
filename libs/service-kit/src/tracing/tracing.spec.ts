import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@whoran/kernel';
import { Metrics, Shutdown } from '@whoran/service-kit';
import { eventually } from '@whoran/testing';
import { openTracing } from './open-tracing.ts';
import { spanIdOf, traceIdOf } from './trace-ids.ts';
import { ADMISSION, type SpanFacts, type Tracing } from './tracing.ts';

const SESSION = 'b3f1c9a0-5a40-4a5d-9ca5-2f5b8e2b8a11';
const AT = Date.parse('2026-01-01T00:00:00Z');
const ALERT = { name: 'alert', key: 'e1' };

interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: object }[];
  readonly status: { readonly code: number; readonly message?: string };
}

class Lines extends Logger {
  readonly warnings: unknown[] = [];
  override error(): void {}
  override warn(event: string, fields?: unknown): void {
    this.warnings.push([event, fields]);
  }
  override info(): void {}
  override debug(): void {}
  override with(): Logger {
    return this;
  }
}

let collector: Server;
let status: number;
let bodies: string[];
let paths: string[];
let tracing: Tracing;
let metrics: Metrics;
let lines: Lines;
let shutdown: Shutdown;

const spans = (): Span[] =>
  bodies.flatMap((body) => {
    const { resourceSpans } = JSON.parse(body) as { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] };
    return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
  });

const facts =
  (more: Partial<SpanFacts> = {}) =>
  () => ({ start: AT, attributes: { 'k8s.namespace.name': 'payments' }, ...more });

async function counted(): Promise<string[]> {
  const text = await metrics.registry.getSingleMetricAsString('whoran_trace_spans_total');
  return text.split('\n').filter((line) => line.startsWith('whoran_'));
}

beforeEach(async () => {
  [status, bodies, paths, metrics, lines] = [200, [], [], new Metrics('webhook-mutator'), new Lines()];
  collector = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      paths.push(request.url ?? '');
      if (status === 200) bodies.push(Buffer.concat(chunks).toString());
      response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const { port } = collector.address() as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}/`;
  shutdown = new Shutdown(lines);
  tracing = await openTracing({ endpoint, service: 'webhook-mutator', logger: lines, metrics, shutdown });
});
afterEach(async () => {
  await tracing.close();
  collector.closeAllConnections();
  await new Promise((resolve) => collector.close(resolve));
});

describe('traces', () => {
  it('tell a session as one tree, with ids that every service knows, before the process ends', async () => {
    tracing.sessionSpan(SESSION, ADMISSION, facts({ end: AT + 5 }));
    tracing.sessionSpan(SESSION, ALERT, facts({ start: AT + 100 }));
    tracing.sessionSpan(SESSION, { name: 'deliver webhook', key: 'e1/ops', parent: ALERT }, facts({ failure: 'refused' }));
    await shutdown.run();
    expect(paths).toEqual(['/v1/traces']);
    const [admission, alert, deliver] = spans();
    const traceId = traceIdOf(SESSION);
    expect(admission).toMatchObject({ name: 'admission', traceId, spanId: spanIdOf(SESSION, ADMISSION), status: { code: 0 } });
    expect(admission).not.toHaveProperty('parentSpanId');
    expect(BigInt(admission?.endTimeUnixNano ?? 0) - BigInt(admission?.startTimeUnixNano ?? 0)).toBe(5_000_000n);
    expect(alert).toMatchObject({ name: 'alert', traceId, spanId: spanIdOf(SESSION, ALERT), parentSpanId: admission?.spanId });
    expect(alert?.startTimeUnixNano).toBe(alert?.endTimeUnixNano);
    expect(deliver).toMatchObject({ traceId, parentSpanId: alert?.spanId, status: { code: 2, message: 'refused' } });
    expect(admission?.attributes).toEqual([
      { key: 'k8s.namespace.name', value: { stringValue: 'payments' } },
      { key: 'whoran.session', value: { stringValue: SESSION } },
    ]);
    expect(bodies[0]).toContain('"service.name","value":{"stringValue":"webhook-mutator"}');
  });

  it('go out by themselves, once however often they are told, and are counted', async () => {
    for (let count = 0; count < 3; count += 1) tracing.sessionSpan(SESSION, ADMISSION, facts());
    await eventually(async () =>
      expect(await counted()).toEqual(['whoran_trace_spans_total{outcome="exported",service="webhook-mutator"} 1']),
    );
    expect(lines.warnings).toEqual([]);
  });

  it('that the collector does not take are counted and told once, and keep nobody waiting', async () => {
    status = 400;
    for (const session of ['a', 'b', 'c']) tracing.sessionSpan(session, ADMISSION, facts());
    await eventually(async () => expect((await counted())[0]).toMatch(/outcome="failed".* 3$/));
    tracing.sessionSpan('d', ADMISSION, facts());
    await eventually(async () => expect((await counted())[0]).toMatch(/outcome="failed".* 4$/));
    expect(lines.warnings).toEqual([['tracing.not-exported', { error: expect.any(String), spans: 3 }]]);
    status = 200;
    tracing.sessionSpan(SESSION, ADMISSION, facts());
    await eventually(() => expect(spans()).toHaveLength(1));
  });

  it('wait in a queue with an end, beyond which they are dropped and counted', async () => {
    collector.closeAllConnections();
    await new Promise((resolve) => collector.close(resolve));
    for (let count = 0; count < 5000; count += 1) tracing.sessionSpan(`s${count}`, ADMISSION, facts());
    expect((await counted()).find((line) => line.includes('dropped'))).toMatch(/ 904$/);
    const began = performance.now();
    await tracing.close();
    expect(performance.now() - began).toBeLessThan(4000);
  });
});

describe('without an endpoint', () => {
  it('nothing is asked and nothing is made', async () => {
    const none = await openTracing({ endpoint: undefined, service: 'x', logger: lines, metrics: new Metrics('x'), shutdown });
    const asked = () => {
      throw new Error('not to be asked');
    };
    none.sessionSpan(SESSION, ADMISSION, asked);
    expect(none.traceparent(SESSION)).toBeUndefined();
    await none.close();
  });
});
