import { type Alert, type Notification, encodeJson } from '@whoran/contracts';
import { type Clock, ok, printable, truncate } from '@whoran/kernel';
import { Agent, type Dispatcher, request } from 'undici';
import { classifyStatus, parseRetryAfter } from '../classify-status.ts';
import { falcoBody } from '../falco-body.ts';
import { type Outcome, Output, type OutputHost, type SendContext, outputKind } from '../output.ts';
import { maskSecrets, redactUrl } from '../redact-url.ts';
import { WebhookSettings } from './webhook.config.ts';
import { idempotencyKey } from './idempotency-key.ts';
import { type WebhookTarget, webhookTarget } from './webhook-target.ts';

/** What of an answer is read at most, bytes, and for how long, milliseconds: the status has said what we need. */
const LONGEST_ANSWER = 65_536;
const ANSWER_TIMEOUT = 2_000;
/** How much of an answer an error repeats, after secrets were masked in the whole of it. */
const LONGEST_QUOTE = 200;

class WebhookOutput extends Output {
  readonly kind = 'webhook';
  readonly timeout: number;
  private readonly agent: Agent;

  constructor(
    private readonly target: WebhookTarget,
    private readonly clock: Clock,
    concurrency: number,
  ) {
    super();
    this.timeout = target.timeout;
    this.agent = new Agent({
      connections: concurrency,
      pipelining: 1,
      allowH2: false,
      keepAliveTimeout: 30_000,
      headersTimeout: target.timeout,
      bodyTimeout: ANSWER_TIMEOUT,
      connect: { timeout: target.timeout, ...target.tls },
    });
  }

  override async send({ alerts }: Notification, { signal }: SendContext): Promise<Outcome> {
    for (const alert of alerts) {
      const outcome = await this.post(alert, signal);
      if (outcome.kind !== 'delivered') return outcome;
    }
    return { kind: 'delivered' };
  }

  override async close(): Promise<void> {
    await this.agent.close();
  }

  private async post(alert: Alert, signal: AbortSignal): Promise<Outcome> {
    const { url, headers } = this.target;
    try {
      const answer = await request(url, {
        method: 'POST',
        dispatcher: this.agent,
        headers: { 'content-type': 'application/json', 'user-agent': 'whoran', ...headers, 'idempotency-key': idempotencyKey(alert) },
        body: encodeJson(falcoBody(alert, alert.whoran.update ?? false)),
        signal,
      });
      return await this.judge(answer);
    } catch (error) {
      return { kind: 'retry', error: this.explain(describe(error)) };
    }
  }

  private async judge(answer: Dispatcher.ResponseData): Promise<Outcome> {
    const outcome = classifyStatus(answer.statusCode, parseRetryAfter(answer.headers['retry-after'], this.clock.now()));
    if (outcome.kind === 'delivered') {
      // Reading the rest lets the connection be used again; nobody waits for it.
      answer.body.dump({ limit: LONGEST_ANSWER, signal: AbortSignal.timeout(ANSWER_TIMEOUT) }).catch(() => undefined);
      return outcome;
    }
    const quote = await quoteOf(answer.body);
    return { ...outcome, error: this.explain(`${outcome.error}${quote === '' ? '' : `: ${quote}`}`) };
  }

  private explain(text: string): string {
    const masked = printable(maskSecrets(text, this.target.secrets));
    return `POST ${redactUrl(this.target.url)}: ${truncate(masked, LONGEST_QUOTE)}`;
  }
}

/** The beginning of an answer's body, and no more of it than is bounded in size and time. */
async function quoteOf(body: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  const late = setTimeout(() => body.destroy(), ANSWER_TIMEOUT);
  try {
    const parts: AsyncIterable<Buffer> = body;
    for await (const chunk of parts) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > LONGEST_ANSWER) break;
    }
  } catch {
    // A body that breaks off is quoted as far as it came: the status is known.
  } finally {
    clearTimeout(late);
  }
  return Buffer.concat(chunks).subarray(0, LONGEST_ANSWER).toString('utf8').trim();
}

/** Errors of connections may have a code and an empty message (AggregateError). */
function describe(error: unknown): string {
  const { code = '', message = '' }: { code?: unknown; message?: unknown } = typeof error === 'object' && error !== null ? error : {};
  return String(message).includes(String(code)) ? String(message) : `${String(code)} ${String(message)}`.trim();
}

/** Alerts as Falco JSON to any HTTP address: falcosidekick, falco-talon, or a program of one's own. */
export const webhookKind = outputKind({
  kind: 'webhook',
  schema: WebhookSettings,
  open(settings, host: OutputHost) {
    const target = webhookTarget(settings, host.readFile);
    return target.ok ? ok(new WebhookOutput(target.value, host.clock, host.concurrency)) : target;
  },
});
