import { type IncomingHttpHeaders, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@whoran/kernel';
import { aNotification, anAlert } from '@whoran/testing';
import { Check } from 'typebox/value';
import { type SpecHost, attempt, issuesOf, openOutput } from '../spec-support/open-output.ts';
import { s3Kind, snsKind, sqsKind } from './aws.output.ts';

const SECRET = 'TOP-SECRET-KEY';
const NOW = Date.parse('2026-01-01T10:00:00Z');
const credentials = { access_key_id: 'AKIDEXAMPLE', secret_access_key_file: '/secret' };
const topic = { region: 'eu-central-1', topic_arn: 'arn:aws:sns:eu-central-1:123456789012:alerts' };

interface Received {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly form: URLSearchParams;
}

let server: Server;
let url: string;
let received: Received[];
let answer: (response: ServerResponse, request: Received) => void;

beforeEach(async () => {
  received = [];
  answer = (response) => response.end('<PublishResponse/>');
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const form = new URLSearchParams(Buffer.concat(chunks).toString());
      const one = { method: request.method, path: request.url, headers: request.headers, form };
      received.push(one);
      answer(response, one);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const host = (different: SpecHost = {}): SpecHost => ({ files: { '/secret': SECRET }, clock: new VirtualClock(NOW), ...different });
const openSns = (different: object = {}, from = host({})) =>
  openOutput(snsKind, { ...topic, endpoint: url, credentials, ...different }, from);

describe('receivers at AWS', () => {
  it.each([
    [snsKind, { ...topic, topic_arn: 'alerts' }],
    [snsKind, { ...topic, endpoint: 'https://user:password@host' }],
    [snsKind, { ...topic, credentials: { access_key_id: 'x', secret_access_key: 'in the open' } }],
    [sqsKind, { region: 'x', queue_url: 'alerts' }],
    [s3Kind, { region: 'x', bucket: 'Not_A_Bucket' }],
    [s3Kind, { region: 'x', bucket: 'bucket', prefix: 'ä' }],
  ])('cannot be %#', (kind, wrong) => expect(Check(kind.schema, wrong)).toBe(false));
  it('need credentials, and a prefix that stays where it is', () => {
    expect(issuesOf(snsKind, topic, host()).map(({ message }) => message)).toEqual([expect.stringContaining('needs credentials')]);
    const bucket = { region: 'x', bucket: 'bucket', prefix: 'a/../b/', credentials: { access_key_id: 'x' } };
    expect(issuesOf(s3Kind, bucket, host()).map(({ item }) => item)).toEqual(['/prefix', '/credentials']);
  });
});

describe('a topic of SNS', () => {
  it('is asked as the reference says, signed, in words for people', async () => {
    const output = openSns({ external_url: 'https://whoran.example.com' });
    const hostile = anAlert({ rule: 'Ünï\n"x"', output_fields: { 'proc.cmdline': 'ä'.repeat(1_000_000) } });
    expect(await attempt(output, aNotification({ id: 'n 1' }, hostile))).toEqual({ kind: 'delivered' });
    const [{ method, path, headers, form } = {} as Received] = received;
    expect([method, path, headers['content-type']]).toEqual(['POST', '/', 'application/x-www-form-urlencoded; charset=utf-8']);
    expect(headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20260101\/eu-central-1\/sns\/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=[0-9a-f]{64}$/,
    );
    expect(Object.fromEntries(form)).toMatchObject({
      Action: 'Publish',
      Version: '2010-03-31',
      TopicArn: topic.topic_arn,
      Message: expect.stringContaining('https://whoran.example.com/api/v1/sessions/'),
      Subject: expect.stringMatching(/^\[Warning\] jane@example\.com ran [ -~]{1,80}$/),
      'MessageAttributes.entry.1.Name': 'idempotency-key',
      'MessageAttributes.entry.1.Value.StringValue': 'n%201',
    });
    expect(Buffer.byteLength(form.get('Message') ?? '')).toBeLessThan(262_144);
    expect(form.has('MessageGroupId')).toBe(false);
    await output.close();
  });
  it('is told the order and the repetition if it is FIFO', async () => {
    const output = openSns({ topic_arn: `${topic.topic_arn}.fifo`, format: 'falco' });
    await attempt(output);
    await attempt(output);
    const ids = received.map(({ form }) => [form.get('MessageGroupId'), form.get('MessageDeduplicationId')]);
    expect(ids).toEqual(Array(2).fill([expect.stringMatching(/^[0-9a-f]{64}$/), expect.stringMatching(/^[0-9a-f]{64}$/)]));
    expect(ids[0]).toEqual(ids[1]);
    await output.close();
  });
  it.each([
    [400, 'Throttling', 'retry'],
    [400, 'InvalidParameter', 'refused'],
    [403, 'AuthorizationError', 'refused'],
    [403, 'ExpiredToken', 'retry'],
    [404, 'NotFound', 'refused'],
    [503, 'ServiceUnavailable', 'retry'],
  ])('that answers %i %s means %s', async (status, code, kind) => {
    answer = (response) => response.writeHead(status).end(`<ErrorResponse><Error><Code>${code}</Code></Error></ErrorResponse>`);
    const output = openSns();
    expect(await attempt(output)).toMatchObject({ kind, error: expect.stringContaining(code) });
    await output.close();
  });
  it('never gets its secrets into an error', async () => {
    answer = (response, { headers }) =>
      response.writeHead(400).end(`${SECRET} ${headers.authorization} ${String(headers['x-amz-security-token'])}`);
    const from = host({ files: { '/secret': SECRET, '/session': 'SESSION-TOKEN' } });
    const output = openSns({ credentials: { ...credentials, session_token_file: '/session' } }, from);
    expect(JSON.stringify(await attempt(output))).not.toMatch(/TOP-SECRET|SESSION-TOKEN|Signature/);
    await output.close();
  });
});

describe('the credentials of a container', () => {
  const env = { AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: '/token' };
  const given = (life: number) =>
    JSON.stringify({ AccessKeyId: 'ASIA', SecretAccessKey: 's', Token: 'SESSION-TOKEN', Expiration: new Date(NOW + life).toISOString() });

  it('are asked for with its token, kept while they last, and asked for again when they are said to have ended', async () => {
    const asked: (string | undefined)[] = [];
    let ended = false;
    answer = (response, { path, headers }) => {
      if (path !== '/credentials') return void (ended ? response.writeHead(403).end('ExpiredTokenException') : response.end());
      asked.push(headers.authorization);
      return void response.end(given(3_600_000));
    };
    const clock = new VirtualClock(NOW);
    const files = { '/token': 'POD-TOKEN' };
    const from = host({ files, clock, env: { ...env, AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/credentials` } });
    const output = openOutput(snsKind, { ...topic, endpoint: url }, from);
    await Promise.all([attempt(output), attempt(output), attempt(output)]);
    expect(asked).toEqual(['POD-TOKEN']);
    expect(received.at(-1)?.headers).toMatchObject({
      'x-amz-security-token': 'SESSION-TOKEN',
      authorization: expect.stringContaining('ASIA/'),
    });
    clock.advanceTo(NOW + 3_400_000);
    await attempt(output);
    expect(asked).toHaveLength(2);
    ended = true;
    expect(await attempt(output)).toMatchObject({ kind: 'retry' });
    expect(asked.length).toBeGreaterThan(2);
    await output.close();
  });
  it('are not asked of just anybody without TLS', () => {
    const from = host({ files: { '/token': 'x' }, env: { ...env, AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://example.com/' } });
    expect(issuesOf(snsKind, topic, from)).toHaveLength(1);
  });
  it('that cannot be had are waited for, and nothing is sent', async () => {
    answer = (response) => response.end('nonsense POD-TOKEN');
    const from = host({ files: { '/token': 'POD-TOKEN' }, env: { ...env, AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/credentials` } });
    const output = openOutput(snsKind, { ...topic, endpoint: url }, from);
    expect(await attempt(output)).toEqual({ kind: 'retry', error: expect.stringContaining('answered without credentials') });
    expect(received.map(({ path }) => path)).toEqual(['/credentials']);
    await output.close();
  });
});
