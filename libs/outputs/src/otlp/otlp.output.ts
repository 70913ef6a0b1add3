import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Notification } from '@whoran/contracts';
import { parseJson } from '@whoran/contracts';
import { type Millis, err, isRecord, messageOf, ok } from '@whoran/kernel';
import { HttpClient, type HttpRequest } from '../http/http-client.ts';
import { type HttpTarget, httpTarget } from '../http/http-target.ts';
import { SecretReader } from '../http/secret-reader.ts';
import { type Outcome, Output, type OutputHost, type SendContext, outputKind } from '../output.ts';
import { type LogOrigin, logRecords } from './log-record.ts';
import { OtlpSettings } from './otlp.config.ts';

const compress = promisify(gzip);

class OtlpOutput extends Output {
  readonly kind = 'otlp';
  readonly timeout: Millis;
  private readonly client: HttpClient;

  constructor(
    private readonly target: HttpTarget,
    private readonly settings: OtlpSettings,
    { clock, concurrency }: OutputHost,
  ) {
    super();
    this.timeout = target.timeout;
    this.client = new HttpClient(target, clock, concurrency);
  }

  override async send(notification: Notification, { signal }: SendContext): Promise<Outcome> {
    let request: HttpRequest;
    try {
      request = await this.request(notification, signal);
    } catch (error) {
      return { kind: 'refused', error: `the request cannot be made: ${messageOf(error)}` };
    }
    const { outcome, body = '' } = await this.client.send(request, { read: true });
    if (outcome.kind !== 'delivered') return outcome;
    const rejected = this.settings.encoding === 'json' ? rejectedInJson(body) : rejectedInProtobuf(body);
    return rejected
      ? { kind: 'refused', error: this.client.explain(request, 'the receiver took the request and rejected records of it') }
      : outcome;
  }

  override close(): Promise<void> {
    return this.client.close();
  }

  private async request(notification: Notification, signal: AbortSignal): Promise<HttpRequest> {
    const { encoding = 'protobuf', compression = 'none', resource = {} } = this.settings;
    // Loaded only where there is such a receiver.
    const [{ JsonLogsSerializer, ProtobufLogsSerializer }, { resourceFromAttributes }] = await Promise.all([
      import('@opentelemetry/otlp-transformer'),
      import('@opentelemetry/resources'),
    ]);
    const origin: LogOrigin = {
      resource: resourceFromAttributes({ 'service.name': 'whoran', ...resource }),
      instrumentationScope: { name: 'whoran' },
    };
    const serializer = encoding === 'json' ? JsonLogsSerializer : ProtobufLogsSerializer;
    const bytes = serializer.serializeRequest([...logRecords(notification, origin)]) ?? new Uint8Array();
    const headers = {
      'content-type': encoding === 'json' ? 'application/json' : 'application/x-protobuf',
      'user-agent': 'whoran',
      ...(compression === 'gzip' ? { 'content-encoding': 'gzip' } : {}),
      ...this.target.headers,
      'idempotency-key': encodeURIComponent(notification.id.toWellFormed()),
    };
    const body = compression === 'gzip' ? await compress(bytes) : bytes;
    return { method: 'POST', url: this.target.url, headers, body, signal };
  }
}

/** Whether an answer says that records were rejected: `{"partialSuccess": {"rejectedLogRecords": "1"}}`. */
function rejectedInJson(body: string): boolean {
  const answer = parseJson(body);
  const partial = answer.ok && isRecord(answer.value) ? answer.value['partialSuccess'] : undefined;
  return isRecord(partial) && Number(partial['rejectedLogRecords'] ?? 0) > 0;
}

/** The same in protobuf: field 1 with, first in it, field 1 as a number, which is left out when it is 0. */
function rejectedInProtobuf(body: string): boolean {
  // eslint-disable-next-line no-control-regex -- tags of protobuf are control characters
  return /^\n[^]\u0008[^\u0000]/.test(body);
}

/** Alerts as log records by OTLP over HTTP. */
export const otlpKind = outputKind({
  kind: 'otlp',
  schema: OtlpSettings,
  open(settings, host) {
    const reader = new SecretReader(host);
    const target = httpTarget(settings, { path: '/v1/logs', query: {}, headers: {} }, reader);
    return target ? ok(new OtlpOutput(target, settings, host)) : err(reader.issues);
  },
});
