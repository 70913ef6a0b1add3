import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type RequestOptions, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { type ExecSession, type Response, type Token, parseToken, topics } from '@whoran/contracts';
import { VirtualClock } from '@whoran/kernel';
import { type DevelopmentCertificates, generateKey, issueDevelopmentCertificates } from '@whoran/keyring';
import { RecordingTracing, type ServiceInSpec, startForSpec } from '@whoran/testing';
import { type WebhookMutatorConfig, webhookMutator } from '@whoran/webhook-mutator';
import { aRequest } from './spec-parts.ts';

/** For specs: when the clock of the webhook stands at the start of each. */
export const START = Date.parse('2026-01-01T10:00:00Z');

/** For specs: an answer of the webhook. */
export interface Reply {
  readonly status: number;
  readonly json: {
    readonly response?: Record<string, unknown> & { readonly patch?: string };
    readonly error?: { readonly message: string };
  };
  /** Of the certificate that the webhook showed. */
  readonly serial: string;
  /** Whether the connection went on with an earlier TLS session. */
  readonly resumed: boolean;
}

/** For specs: a webhook over TLS, with a folder and a signing key of its own in each spec. */
export class WebhookInSpec {
  root = '';
  dir = '';
  clock = new VirtualClock(START);
  readonly tracing = new RecordingTracing();
  ours!: DevelopmentCertificates;
  /** Of a CA that the webhook does not know. */
  others!: DevelopmentCertificates;
  private running: ServiceInSpec | undefined;
  private sessions: ExecSession[] = [];

  get service(): ServiceInSpec {
    if (!this.running) throw new Error('the webhook was not started');
    return this.running;
  }

  async start(different: Partial<WebhookMutatorConfig> = {}): Promise<void> {
    await this.stop();
    const tls = { tlsCert: this.ours.certFile, tlsKey: this.ours.keyFile, clientCa: this.ours.caFile };
    this.running = await startForSpec(
      webhookMutator,
      { cluster: 'test', port: 0, keys: this.dir, ...tls, ...different },
      { clock: this.clock, tracing: this.tracing },
    );
    this.sessions = await this.running.collect(topics.execSessions);
  }

  async stop(): Promise<void> {
    await this.running?.service.stop();
    this.running = undefined;
  }

  /** Calls as the API server does, or as a spec wants. */
  call(body: string | Buffer, options: RequestOptions = {}): Promise<Reply> {
    const { ca, cert, key } = credentials(this.ours);
    const all = {
      method: 'POST',
      path: '/mutate?timeout=5s',
      agent: false as const,
      headers: { 'content-type': 'application/json' },
      ca,
      cert,
      key,
      ...options,
    };
    return new Promise((resolve, reject) => {
      const outgoing = request(`${this.service.service.url}${all.path}`, all, (response) => {
        const socket = response.socket as TLSSocket;
        const { serialNumber: serial } = socket.getPeerCertificate();
        const resumed = socket.isSessionReused();
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            json: JSON.parse(Buffer.concat(chunks).toString()) as Reply['json'],
            serial,
            resumed,
          }),
        );
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  /** Asks without a certificate, as probes do. */
  probe(path: string): Promise<{ readonly status: number; readonly body: string }> {
    return new Promise((resolve, reject) => {
      const outgoing = request(`${this.service.service.url}${path}`, { agent: false, ca: readFileSync(this.ours.caFile) }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      });
      outgoing.on('error', reject);
      outgoing.end();
    });
  }

  /** The value of the first metric that begins so. */
  async metric(start: string): Promise<number> {
    const line = (await this.probe('/metrics')).body.split('\n').find((text) => text.startsWith(start));
    return Number(line?.split(' ').at(-1));
  }

  /** Tells the webhook of a response, as the alert router does. */
  async respond(response: Response): Promise<void> {
    await this.service.bus.publish(topics.responses, [response]);
    await this.service.bus.idle();
  }

  /** The sessions on the bus so far. */
  async published(): Promise<readonly ExecSession[]> {
    await new Promise((resolve) => setImmediate(resolve));
    await this.service.bus.idle();
    return this.sessions;
  }
}

/** For specs: what a caller shows who has these certificates. */
export function credentials(files: DevelopmentCertificates) {
  return { ca: readFileSync(files.caFile), cert: readFileSync(files.clientCertFile), key: readFileSync(files.clientKeyFile) };
}

/** For specs: registers the life of a webhook with the hooks of the file that calls this. */
export function webhookInSpec(): WebhookInSpec {
  const webhook = new WebhookInSpec();
  beforeAll(async () => {
    webhook.root = mkdtempSync(join(tmpdir(), 'webhook-'));
    webhook.ours = await issueDevelopmentCertificates(join(webhook.root, 'ours'), ['127.0.0.1']);
    webhook.others = await issueDevelopmentCertificates(join(webhook.root, 'others'), ['127.0.0.1']);
  });
  beforeEach(() => {
    webhook.dir = mkdtempSync(join(webhook.root, 'case-'));
    webhook.clock = new VirtualClock(START);
    generateKey(webhook.dir, START - 3_600_000);
  });
  afterEach(() => webhook.stop());
  afterAll(() => rmSync(webhook.root, { recursive: true }));
  return webhook;
}

/** For specs: a whole AdmissionReview. */
export function review(...args: Parameters<typeof aRequest>): string {
  return JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request: aRequest(...args) });
}

/** For specs: the command that an answer puts in place. */
export function commandOf({ json }: Reply): readonly string[] {
  const patch = JSON.parse(Buffer.from(json.response?.patch ?? '', 'base64').toString()) as readonly {
    readonly value: readonly string[];
  }[];
  return patch[0]?.value ?? [];
}

/** For specs: the token in the command of an answer. */
export function tokenOf(reply: Reply): Token {
  return parseToken((commandOf(reply)[1] ?? '').replace('SEC_SESSION=', '')) as Token;
}
