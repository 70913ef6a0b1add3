import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKey, issueDevelopmentCertificates } from '@whoran/keyring';
import { type Summary, printTable } from './summary.ts';
import type { Load } from './webhook-load.ts';
import type { Target } from './webhook-target.ts';
import { startWorker } from './worker.ts';

/** How the webhook is measured. */
export interface WebhookBenchOptions {
  readonly rate: number;
  readonly seconds: number;
  readonly warmUp: number;
  readonly json: boolean;
}

/** Milliseconds, at 500 requests a second on two cores beside nothing else. */
const GOAL = 5;

/** Measures the webhook beside an echo: what is above the echo is ours. Server and load are processes of their own. */
export async function benchWebhook(options: WebhookBenchOptions): Promise<void> {
  const before = loadavg()[0] ?? 0;
  const dir = mkdtempSync(join(tmpdir(), 'whoran-bench-'));
  try {
    generateKey(join(dir, 'keys'));
    const tls = await issueDevelopmentCertificates(join(dir, 'tls'), ['127.0.0.1']);
    const measure = (kind: Target['kind']) => measureOne(kind, options, { keys: join(dir, 'keys'), tls });
    print([await measure('echo'), await measure('webhook')], before, options);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

interface Material {
  readonly keys: string;
  readonly tls: Awaited<ReturnType<typeof issueDevelopmentCertificates>>;
}

async function measureOne(kind: Target['kind'], { rate, seconds, warmUp }: WebhookBenchOptions, { keys, tls }: Material): Promise<Summary> {
  const target = startWorker<Target, string>('./webhook-target.ts');
  const source = startWorker<Load, Summary>('./webhook-load.ts');
  try {
    const url = await target.ask({ kind, keys, tls: { tlsCert: tls.certFile, tlsKey: tls.keyFile, clientCa: tls.caFile } });
    const expected = kind === 'webhook' ? '"patchType":"JSONPatch"' : '"request"';
    const load: Load = {
      name: kind,
      url,
      tls: { caFile: tls.caFile, certFile: tls.clientCertFile, keyFile: tls.clientKeyFile },
      body: execBody(),
      rate,
      seconds,
      expected,
    };
    await source.ask({ ...load, seconds: warmUp });
    return await source.ask(load);
  } finally {
    await source.stop();
    await target.stop();
  }
}

/** A recorded exec, compact as the API server sends it. The load puts a fresh uid into each. */
function execBody(): string {
  const recorded = readFileSync(new URL('../../services/webhook-mutator/fixtures/exec.json', import.meta.url), 'utf8');
  return JSON.stringify(JSON.parse(recorded)).replace(/"uid":"[0-9a-f-]{36}"/, '"uid":"REQUEST-UID"');
}

function print(summaries: readonly Summary[], before: number, { rate, json }: WebhookBenchOptions): void {
  const cores = availableParallelism();
  if (json) {
    process.stdout.write(`${JSON.stringify({ bench: 'webhook', rate, cores, loadBefore: before, goalP99: GOAL, results: summaries })}\n`);
    return;
  }
  const p99 = summaries.find(({ name }) => name === 'webhook')?.p99 ?? NaN;
  const verdict = `goal: webhook p99 below ${GOAL} ms at 500 requests a second on two cores: ${p99 < GOAL ? 'met' : 'missed'} (${p99} ms at ${rate}/s)`;
  const busy = before > 0.5 ? `\nthe machine was busy before (load ${before.toFixed(1)}): other programs are in these numbers` : '';
  process.stdout.write(
    `${printTable(summaries)}\n${cores} cores; latency from when a request was due to its whole answer, over TLS with client certificate\n${verdict}${busy}\n`,
  );
}
