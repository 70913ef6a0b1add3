import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeJson, parseJson } from '@whoran/contracts';
import { Clock } from '@whoran/kernel';
import { falcoBody } from '@whoran/outputs';
import { type AwsServer, type S3Server, aNotification, anAlert, startS3, startSqs } from '@whoran/testing';
import { attempt, openOutput } from '../spec-support/open-output.ts';
import { s3Kind, sqsKind } from './aws.output.ts';

/** Servers compare the time of a signature with theirs. */
class WallClock extends Clock {
  override now(): number {
    return Date.now();
  }
  override schedule(): () => void {
    throw new Error('nothing is scheduled here');
  }
}

const SECRET = 'a-secret-access-key';
const host = (secret = SECRET) => ({ files: { '/secret': secret }, clock: new WallClock() });
const credentials = { access_key_id: 'whoran', secret_access_key_file: '/secret' };

describe('a bucket of a server that is compatible with S3', () => {
  let server: S3Server;
  beforeAll(async () => {
    server = await startS3({ identity: 'whoran', credential: SECRET, buckets: ['alerts'] });
  }, 120_000);
  afterAll(() => server.stop());

  const open = (different: object = {}, secret = SECRET) =>
    openOutput(s3Kind, { region: 'us-east-1', endpoint: server.url, bucket: 'alerts', credentials, ...different }, host(secret));
  const bucket = () => join(server.objects, 'alerts');

  it('gets an object for each notification, the same one in every attempt', async () => {
    const output = open();
    const several = aNotification({
      id: 'n 1/ä\r\n',
      createdAt: '2026-01-31T10:00:02.000Z',
      alerts: [anAlert(), anAlert({ rule: 'a "b"\n' })],
      total: 2,
    });
    expect([await attempt(output, several), await attempt(output, several)]).toEqual([{ kind: 'delivered' }, { kind: 'delivered' }]);
    const folder = join(bucket(), 'whoran', '2026', '01', '31');
    const [name = '', ...others] = readdirSync(folder);
    expect([name, others]).toEqual([expect.stringMatching(/^20260131T100002000Z-[0-9a-f]{16}\.jsonl$/), []]);
    const lines = several.alerts.map((alert) => `${encodeJson(falcoBody(alert, false))}\n`);
    expect(readFileSync(join(folder, name), 'utf8')).toBe(lines.join(''));
    await output.close();
  });
  it('takes names with every character that a prefix may have', async () => {
    const output = open({ prefix: "a!_*'()=-.b/c/" });
    expect(await attempt(output)).toEqual({ kind: 'delivered' });
    expect(existsSync(join(bucket(), "a!_*'()=-.b", 'c', '2026'))).toBe(true);
    await output.close();
  });
  it('takes a notification of several megabytes', async () => {
    const large = anAlert({ output_fields: { 'proc.cmdline': 'x'.repeat(1_000_000) } });
    const output = open({ prefix: 'large/' });
    expect(await attempt(output, aNotification({ alerts: Array(5).fill(large), total: 5 }))).toEqual({ kind: 'delivered' });
    await output.close();
  });
  it('refuses a wrong key, which the error does not show, and a bucket that is not there', async () => {
    const wrong = open({}, 'another-secret-key');
    const outcome = await attempt(wrong);
    expect(outcome).toMatchObject({ kind: 'refused', error: expect.stringContaining(`PUT ${server.url}: answered 403`) });
    expect(JSON.stringify(outcome)).not.toMatch(/secret/);
    await wrong.close();
    const missing = open({ bucket: 'missing' });
    expect(await attempt(missing)).toMatchObject({ kind: 'refused', error: expect.stringContaining('404') });
    await missing.close();
  });
  it('is tried again while it hangs', async () => {
    const output = open();
    server.pause();
    expect(await attempt(output, aNotification(), 300)).toMatchObject({ kind: 'retry' });
    server.resume();
    expect(await attempt(output)).toEqual({ kind: 'delivered' });
    await output.close();
  });
});

describe('a queue of a server that is compatible with SQS', () => {
  let server: AwsServer;
  beforeAll(async () => {
    server = await startSqs(['alerts', 'alerts.fifo']);
  }, 120_000);
  afterAll(() => server.stop());

  const urlOf = (name: string) => `${server.url}/000000000000/${name}`;
  const open = (name: string) => openOutput(sqsKind, { region: 'elasticmq', queue_url: urlOf(name), credentials }, host());

  async function received(name: string): Promise<readonly Record<string, unknown>[]> {
    const response = await fetch(server.url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.ReceiveMessage' },
      body: encodeJson({ QueueUrl: urlOf(name), MaxNumberOfMessages: 10, MessageAttributeNames: ['All'], AttributeNames: ['All'] }),
    });
    const answer = parseJson(await response.text());
    return answer.ok ? ((answer.value as { Messages?: Record<string, unknown>[] }).Messages ?? []) : [];
  }

  it('gets a message for each alert, with a key', async () => {
    const output = open('alerts');
    const alert = anAlert({ rule: 'ünï "x"\n', output_fields: { 'proc.cmdline': 'y'.repeat(1_000_000) } });
    expect(await attempt(output, aNotification({ id: 'n 1', alerts: [anAlert(), alert], total: 2 }))).toEqual({ kind: 'delivered' });
    const messages = await received('alerts');
    expect(messages.map(({ MessageAttributes: attributes }) => attributes)).toEqual(
      ['n%201/0', 'n%201/1'].map((id) => expect.objectContaining({ 'idempotency-key': expect.objectContaining({ StringValue: id }) })),
    );
    expect(messages[0]?.['Body']).toBe(encodeJson(falcoBody(anAlert(), false)));
    expect(parseJson(String(messages[1]?.['Body']))).toMatchObject({ ok: true, value: { rule: 'ünï "x"\n' } });
    await output.close();
  });
  it('gets a repetition once, if it keeps order', async () => {
    const output = open('alerts.fifo');
    expect(await Promise.all([attempt(output), attempt(output)])).toEqual([{ kind: 'delivered' }, { kind: 'delivered' }]);
    expect(await received('alerts.fifo')).toHaveLength(1);
    await output.close();
  });
  it('refuses when it is not there', async () => {
    const output = open('missing');
    expect(await attempt(output)).toMatchObject({ kind: 'refused', error: expect.stringContaining('400') });
    await output.close();
  });
});
