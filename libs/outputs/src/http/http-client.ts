import { type Clock, printable, truncate } from '@whoran/kernel';
import { Agent, type Dispatcher, request } from 'undici';
import { classifyStatus, parseRetryAfter } from '../classify-status.ts';
import type { Outcome } from '../output.ts';
import { maskSecrets, redactUrl } from '../redact-url.ts';
import type { HttpTarget } from './http-target.ts';

/** What of an answer is read at most, bytes, and for how long, milliseconds. */
const LONGEST_ANSWER = 65_536;
const LONGEST_READ_ANSWER = 4_194_304;
const ANSWER_TIMEOUT = 2_000;
/** How much of an answer an error repeats, after secrets were masked in the whole of it. */
const LONGEST_QUOTE = 200;

/** One request, whole. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | null;
  readonly signal: AbortSignal;
}

/** What came of a request: what it means by its status, and the body where it was asked for. */
export interface HttpAnswer {
  readonly status?: number;
  readonly outcome: Outcome;
  readonly body?: string;
}

/** What is expected of an answer. */
export interface Expected {
  /** Which statuses are success; all 2xx if it is not said. */
  readonly codes?: readonly number[];
  /** Whether the body is wanted. */
  readonly read?: boolean;
}

/** The connections to one receiver, with bounds on time and size. Errors hold no secret. */
export class HttpClient {
  private readonly agent: Agent;

  constructor(
    private readonly target: HttpTarget,
    private readonly clock: Clock,
    connections: number,
  ) {
    this.agent = new Agent({
      connections,
      pipelining: 1,
      allowH2: false,
      keepAliveTimeout: 30_000,
      headersTimeout: target.timeout,
      bodyTimeout: ANSWER_TIMEOUT,
      connect: { timeout: target.timeout, ...target.tls },
    });
  }

  /** Sends a request. Every failure is an outcome. */
  async send(sent: HttpRequest, { codes, read = false }: Expected = {}): Promise<HttpAnswer> {
    const { method, url, headers, body, signal } = sent;
    try {
      const answer = await request(url, { method, dispatcher: this.agent, headers, body, signal });
      return await this.judge(sent, answer, { ...(codes ? { codes } : {}), read });
    } catch (error) {
      return { outcome: { kind: 'retry', error: this.explain(sent, describe(error)) } };
    }
  }

  /** A sentence about a request, without secrets and not too long. */
  explain({ method, url, headers }: Pick<HttpRequest, 'method' | 'url' | 'headers'>, text: string): string {
    const { authorization = '', 'x-amz-security-token': session = '' } = headers;
    const secrets = [...this.target.secrets, authorization, authorization.split(' ').at(-1) ?? '', session];
    return `${method} ${redactUrl(url)}: ${truncate(printable(maskSecrets(text, secrets)), LONGEST_QUOTE)}`;
  }

  async close(): Promise<void> {
    await this.agent.close();
  }

  private async judge(sent: HttpRequest, answer: Dispatcher.ResponseData, { codes, read }: Expected): Promise<HttpAnswer> {
    const status = answer.statusCode;
    const outcome = classify(status, codes, parseRetryAfter(answer.headers['retry-after'], this.clock.now()));
    if (outcome.kind !== 'delivered') {
      const quote = (await readBody(answer.body, LONGEST_ANSWER)).trim();
      const error = this.explain(sent, `${outcome.error}${quote === '' ? '' : `: ${quote}`}`);
      return { status, outcome: { ...outcome, error }, ...(read ? { body: quote } : {}) };
    }
    if (read) return { status, outcome, body: await readBody(answer.body, LONGEST_READ_ANSWER) };
    void passOver(answer.body);
    return { status, outcome };
  }
}

function classify(status: number, codes: readonly number[] | undefined, retryAfter: number | undefined): Outcome {
  const outcome = classifyStatus(status, retryAfter);
  if (outcome.kind !== 'delivered' || codes === undefined || codes.includes(status)) return outcome;
  return { kind: 'refused', error: `answered ${status}, which is none of success_codes` };
}

/** Reading the rest lets the connection be used again; nobody waits for it. */
async function passOver(body: Dispatcher.ResponseData['body']): Promise<void> {
  const late = setTimeout(() => body.destroy(), ANSWER_TIMEOUT).unref();
  await body.dump({ limit: LONGEST_ANSWER }).catch(() => undefined);
  clearTimeout(late);
}

/** The beginning of an answer's body, and no more of it than is bounded in size and time. */
async function readBody(body: Dispatcher.ResponseData['body'], limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  const late = setTimeout(() => body.destroy(), ANSWER_TIMEOUT);
  try {
    const parts: AsyncIterable<Buffer> = body;
    for await (const chunk of parts) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > limit) break;
    }
  } catch {
    // A body that breaks off is read as far as it came: the status is known.
  } finally {
    clearTimeout(late);
  }
  return Buffer.concat(chunks).subarray(0, limit).toString('utf8');
}

/** Errors of connections may have a code and an empty message (AggregateError). */
function describe(error: unknown): string {
  const { code = '', message = '' }: { code?: unknown; message?: unknown } = typeof error === 'object' && error !== null ? error : {};
  return String(message).includes(String(code)) ? String(message) : `${String(code)} ${String(message)}`.trim();
}
