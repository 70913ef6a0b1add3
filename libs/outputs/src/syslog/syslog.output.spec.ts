import { type Server, type Socket, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { aNotification, anAlert, eventually } from '@whoran/testing';
import { Check } from 'typebox/value';
import { attempt, issuesOf, openOutput } from '../spec-support/open-output.ts';
import { syslogKind } from './syslog.output.ts';

let server: Server;
let port: number;
let connections: Socket[];
let received: string;

async function listen(at = 0): Promise<void> {
  server = createServer((socket) => {
    connections.push(socket);
    socket.on('error', () => {}).on('data', (chunk) => (received += chunk.toString()));
  });
  await new Promise<void>((resolve) => server.listen(at, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
}

async function hangUp(): Promise<void> {
  for (const socket of connections.splice(0)) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
}

beforeEach(async () => {
  [connections, received] = [[], ''];
  await listen();
});
afterEach(hangUp);

describe('a syslog receiver', () => {
  it.each([
    [{ host: 'http://x' }],
    [{ host: 'x', facility: 'local8' }],
    [{ host: 'x', app_name: 'two words' }],
    [{ host: 'x', max_size: 10 }],
    [{ host: 'x', protocol: 'relp' }],
  ])('cannot be %j', (wrong) => expect(Check(syslogKind.schema, wrong)).toBe(false));
  it('tells which settings are of no use together', () => {
    expect(issuesOf(syslogKind, { host: 'x', protocol: 'udp', framing: 'newline', tls: {} }).map(({ item }) => item)).toEqual([
      '/tls',
      '/framing',
    ]);
    expect(issuesOf(syslogKind, { host: 'x', tls: { ca_file: '/none' } }).map(({ item }) => item)).toEqual(['/tls/ca_file']);
  });
  it('sends everything over one connection, each message with its length before it', async () => {
    const output = openOutput(syslogKind, { host: '127.0.0.1', port, protocol: 'tcp' });
    const several = aNotification({ alerts: [anAlert({ rule: 'Ünïcode' }), anAlert()], total: 2 });
    expect(await Promise.all([attempt(output), attempt(output, several)])).toEqual([{ kind: 'delivered' }, { kind: 'delivered' }]);
    await eventually(() => expect(framesOf(received)).toHaveLength(3));
    expect(framesOf(received)).toEqual(Array(3).fill(expect.stringMatching(/^<84>1 .*"\] .*$/)));
    expect(connections).toHaveLength(1);
    await output.close();
  });
  it('ends messages with a line break for receivers that do not count', async () => {
    const output = openOutput(syslogKind, { host: '127.0.0.1', port, protocol: 'tcp', framing: 'newline', format: 'falco' });
    await attempt(output, aNotification({}, anAlert({ rule: 'a\nb' })));
    await eventually(() => expect(received).toMatch(/^<84>1 [^\n]*\}\n$/));
    await output.close();
  });
  it('connects again when the receiver went away', async () => {
    const output = openOutput(syslogKind, { host: '127.0.0.1', port, protocol: 'tcp' });
    expect(await attempt(output)).toEqual({ kind: 'delivered' });
    await eventually(() => expect(connections).toHaveLength(1));
    await hangUp();
    const down = { kind: 'retry', error: expect.stringMatching(/^syslog tcp:\/\/127\.0\.0\.1:\d+: .*ECONNREFUSED/) };
    await eventually(async () => expect(await attempt(output)).toEqual(down));
    await listen(port);
    received = '';
    expect(await attempt(output)).toEqual({ kind: 'delivered' });
    await eventually(() => expect(framesOf(received)).toHaveLength(1));
    await output.close();
  });
  it('lets go of a receiver that reads nothing, and of what waits for it', async () => {
    const output = openOutput(syslogKind, { host: '127.0.0.1', port, protocol: 'tcp', format: 'falco', max_size: 1_048_576 });
    server.on('connection', (socket) => socket.pause());
    const large = aNotification({ alerts: Array(20).fill(anAlert({ output_fields: { a: 'x'.repeat(1_000_000) } })), total: 20 });
    expect(await attempt(output, large, 500)).toEqual({ kind: 'retry', error: expect.stringContaining('no answer in time') });
    await eventually(() => expect(connections.some((socket) => socket.destroyed || socket.readableLength > 0)).toBe(true));
    expect(await attempt(output)).toEqual({ kind: 'delivered' });
    await eventually(() => expect(connections).toHaveLength(2));
    await output.close();
  });
  it('tries again when the other side does not speak TLS, or hangs', async () => {
    const output = openOutput(syslogKind, { host: '127.0.0.1', port });
    server.once('connection', (socket) => socket.end('no'));
    expect(await attempt(output)).toMatchObject({ kind: 'retry', error: expect.stringContaining(`syslog tls://127.0.0.1:${port}: `) });
    expect(await attempt(output, undefined, 100)).toMatchObject({ kind: 'retry', error: expect.stringContaining('no answer in time') });
    await output.close();
  });
  it('says when a datagram is too large for the network', async () => {
    const output = openOutput(syslogKind, { host: '127.0.0.1', port, protocol: 'udp', format: 'falco', max_size: 1_000_000 });
    const large = aNotification({}, anAlert({ output_fields: { a: 'x'.repeat(500_000) } }));
    expect(await attempt(output, large)).toEqual({ kind: 'refused', error: expect.stringContaining('set a smaller max_size') });
    await output.close();
  });
});

/** Takes octet-counted messages apart, strictly. */
function framesOf(text: string): string[] {
  const frames: string[] = [];
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    const [, digits = ''] = /^([1-9]\d*) /.exec(rest.subarray(0, 12).toString()) ?? [];
    const end = digits.length + 1 + Number(digits);
    if (digits === '' || rest.length < end) throw new Error('not octet-counted');
    frames.push(rest.subarray(digits.length + 1, end).toString());
    rest = rest.subarray(end);
  }
  return frames;
}
