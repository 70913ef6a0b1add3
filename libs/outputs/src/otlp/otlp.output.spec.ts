import { type IncomingHttpHeaders, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseJson } from '@whoran/contracts';
import { aNotification, anAlert } from '@whoran/testing';
import { attempt, issuesOf, openOutput } from '../spec-support/open-output.ts';
import { otlpKind } from './otlp.output.ts';
import { readProtobuf } from './spec-support/read-protobuf.ts';

interface Received {
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

let server: Server;
let url: string;
let received: Received[];
let answer: (response: ServerResponse) => void;

beforeEach(async () => {
  received = [];
  answer = (response) => response.end();
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ path: request.url, headers: request.headers, body: Buffer.concat(chunks) });
      answer(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const text = (stringValue: string) => ({ stringValue });
const attribute = (key: string, value: object) => ({ key, value });

describe('a receiver of logs by OTLP', () => {
  it('tells everything that is wrong', () => {
    const wrong = { url: 'ftp://x', bearer_token_file: '/none' };
    expect(issuesOf(otlpKind, wrong).map(({ item }) => item)).toEqual(['/url', '/bearer_token_file']);
  });
  it('gets a record with the names of the semantic conventions, in JSON as the specification says', async () => {
    const output = openOutput(otlpKind, { url, encoding: 'json', resource: { 'deployment.environment.name': 'prod' } });
    expect(await attempt(output, aNotification({ id: 'n 1' }))).toEqual({ kind: 'delivered' });
    const [{ path, headers, body } = {} as Received] = received;
    expect([path, headers['content-type'], headers['idempotency-key']]).toEqual(['/v1/logs', 'application/json', 'n%201']);
    const request = parseJson(body.toString());
    expect(request).toMatchObject({
      ok: true,
      value: {
        resourceLogs: [
          {
            resource: { attributes: [attribute('service.name', text('whoran')), attribute('deployment.environment.name', text('prod'))] },
            scopeLogs: [{ scope: { name: 'whoran' }, logRecords: [expect.anything()] }],
          },
        ],
      },
    });
    const [record] = (
      request as { value: { resourceLogs: { scopeLogs: { logRecords: Record<string, unknown>[] }[] }[] } }
    ).value.resourceLogs
      .flatMap(({ scopeLogs }) => scopeLogs)
      .flatMap(({ logRecords }) => logRecords);
    expect(record).toMatchObject({
      timeUnixNano: '1767261600100000000',
      observedTimeUnixNano: '1767261601000000000',
      severityNumber: 13,
      severityText: 'Warning',
      body: text('jane@example.com ran "id" in test/payments/api-0: Terminal shell in container'),
      eventName: 'whoran.alert',
      attributes: expect.arrayContaining([
        attribute('user.name', text('jane@example.com')),
        attribute('k8s.pod.name', text('api-0')),
        attribute('process.command_line', text('id')),
        attribute('security_rule.name', text('Terminal shell in container')),
        attribute('falco.proc.pid.ts', text('1767261600050000000')),
        attribute('whoran.user.groups', { arrayValue: { values: [text('sre')] } }),
        attribute('whoran.notification.id', text('n 1')),
      ]),
    });
    await output.close();
  });
  it('gets the same in protobuf, compressed, whatever the alert says', async () => {
    const output = openOutput(otlpKind, { url: `${url}/otlp/v1/logs`, compression: 'gzip' });
    const hostile = anAlert({
      rule: 'half \ud800 a pair \u0000',
      output_fields: { 'proc.cmdline': '\udfff'.repeat(1_000_000), 'proc.pid': 7 },
    });
    expect(await attempt(output, aNotification({ alerts: [anAlert(), hostile], total: 2 }))).toEqual({ kind: 'delivered' });
    const [{ path, headers, body } = {} as Received] = received;
    expect([path, headers['content-type'], headers['content-encoding']]).toEqual(['/otlp/v1/logs', 'application/x-protobuf', 'gzip']);
    // ExportLogsServiceRequest.resource_logs = 1, ResourceLogs.scope_logs = 2, ScopeLogs.log_records = 2
    const [logs] = readProtobuf(gunzipSync(body)).messages(1);
    const records = logs?.messages(2).flatMap((scope) => scope.messages(2)) ?? [];
    expect(records.map((record) => [record.fixed64(1), record.varint(2), record.text(3)])).toEqual([
      [1767261600100000000n, 13n, 'Warning'],
      [1767261600100000000n, 13n, 'Warning'],
    ]);
    // LogRecord.attributes = 6, KeyValue.key = 1, KeyValue.value = 2, AnyValue.string_value = 1, AnyValue.int_value = 3
    const attributes = new Map(records[1]?.messages(6).map((pair) => [pair.text(1), pair.messages(2)[0]]));
    expect(attributes.get('security_rule.name')?.text(1)).toBe('half \ufffd a pair \u0000');
    expect(attributes.get('process.command_line')?.text(1)?.length).toBe(32_768);
    expect(attributes.get('falco.proc.pid')?.varint(3)).toBe(7n);
    await output.close();
  });
  it('says when it took a request and rejected records', async () => {
    const json = openOutput(otlpKind, { url, encoding: 'json' });
    answer = (response) => response.end('{"partialSuccess":{"rejectedLogRecords":"1","errorMessage":"no"}}');
    expect(await attempt(json)).toMatchObject({ kind: 'refused', error: expect.stringContaining('rejected records') });
    answer = (response) => response.end('{"partialSuccess":{}}');
    expect(await attempt(json)).toEqual({ kind: 'delivered' });
    const protobuf = openOutput(otlpKind, { url });
    answer = (response) => response.end(Buffer.from([0x0a, 0x06, 0x08, 0x01, 0x12, 0x02, 0x6e, 0x6f]));
    expect(await attempt(protobuf)).toMatchObject({ kind: 'refused' });
    answer = (response) => response.end(Buffer.from([0x0a, 0x00]));
    expect(await attempt(protobuf)).toEqual({ kind: 'delivered' });
    await Promise.all([json.close(), protobuf.close()]);
  });
  it.each([
    [429, 'retry'],
    [503, 'retry'],
    [400, 'refused'],
    [401, 'refused'],
  ])('that answers %i means %s', async (status, kind) => {
    answer = (response) => response.writeHead(status).end();
    const output = openOutput(otlpKind, { url });
    expect(await attempt(output)).toMatchObject({ kind });
    await output.close();
  });
});
