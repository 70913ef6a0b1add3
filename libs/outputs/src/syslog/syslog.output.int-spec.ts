import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseJson } from '@whoran/contracts';
import { type DevelopmentCertificates, issueDevelopmentCertificates } from '@whoran/keyring';
import { type RsyslogServer, aNotification, anAlert, eventually, startRsyslog } from '@whoran/testing';
import { attempt, openOutput } from '../spec-support/open-output.ts';
import { syslogKind } from './syslog.output.ts';

const COMMAND = 'sh -c "a]b\\c"\n<0>1 - - - - - - forged ünï';
const SHOWN = 'sh -c "a]b\\c"\\u{a}<0>1 - - - - - - forged ünï';

describe('rsyslog', () => {
  const folder = mkdtempSync(join(tmpdir(), 'whoran-spec-'));
  let files: DevelopmentCertificates;
  let server: RsyslogServer;

  const start = (different: object = {}) =>
    startRsyslog({ tls: { caFile: files.caFile, certFile: files.certFile, keyFile: files.keyFile, verify: true }, ...different });
  const texts = () => ({
    '/ca': readFileSync(files.caFile, 'utf8'),
    '/cert': readFileSync(files.clientCertFile, 'utf8'),
    '/key': readFileSync(files.clientKeyFile, 'utf8'),
  });
  const open = (settings: object) => openOutput(syslogKind, { host: '127.0.0.1', ...settings }, { files: texts() });
  const tls = { ca_file: '/ca', cert_file: '/cert', key_file: '/key' };
  const written = () =>
    readFileSync(server.output, 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => {
        const message = parseJson(line);
        if (!message.ok) throw new Error(`${message.error}: ${line}`);
        return message.value as Record<string, string>;
      });

  beforeAll(async () => {
    files = await issueDevelopmentCertificates(folder, ['127.0.0.1']);
    server = await start();
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    ['udp', 'udp', {}],
    ['tcp', 'tcp', {}],
    ['tcp', 'tcp', { framing: 'newline' }],
    ['tls', 'tls', { tls }],
  ] as const)('understands every part of what comes by %s', async (protocol, port, different) => {
    const before = written().length;
    const output = open({ protocol, port: server.ports[port], ...different });
    const hostile = anAlert({ rule: `${protocol} [rule="x"]`, output_fields: { 'proc.cmdline': COMMAND, 'k8s.pod.name': 'api-0' } });
    expect(await attempt(output, aNotification({ id: 'n"]' }, hostile))).toEqual({ kind: 'delivered' });
    await eventually(() => expect(written()).toHaveLength(before + 1));
    const { data, ...message } = written().at(-1) ?? {};
    expect(message).toEqual({
      pri: '84',
      timestamp: '2026-01-01T10:00:00.100000Z',
      hostname: 'node-a',
      'app-name': 'whoran',
      procid: '-',
      msgid: 'alert',
      msg: expect.stringMatching(/^jane@example\.com ran "sh -c /),
      inputname: protocol,
    });
    expect(parseJson(data ?? '')).toMatchObject({
      ok: true,
      value: {
        'whoran@32473': { notification: 'n"]', rule: `${protocol} [rule="x"]`, user: 'jane@example.com', pod: 'api-0', command: SHOWN },
      },
    });
    await output.close();
  });

  it('reads many messages of one connection, each once', async () => {
    const before = written().length;
    const output = open({ protocol: 'tls', port: server.ports.tls, tls, format: 'falco' });
    const alerts = Array.from({ length: 50 }, (_, number) => anAlert({ rule: `Rule ${number}` }));
    const notifications = [0, 1, 2, 3].map((part) => aNotification({ id: `n${part}`, alerts, total: alerts.length }));
    expect(await Promise.all(notifications.map((one) => attempt(output, one)))).toEqual(Array(4).fill({ kind: 'delivered' }));
    await eventually(() => expect(written().length).toBeGreaterThanOrEqual(before + 200));
    const bodies = written()
      .slice(before)
      .map(({ msg = '' }) => parseJson(msg));
    expect(bodies).toHaveLength(200);
    expect(bodies.every(({ ok }) => ok)).toBe(true);
    await output.close();
  });

  it('gets nothing from us when its certificate is not to be trusted', async () => {
    const before = written().length;
    const output = open({ protocol: 'tls', port: server.ports.tls });
    expect(await attempt(output)).toEqual({ kind: 'retry', error: expect.stringMatching(/certificate/) });
    await output.close();
    expect(written()).toHaveLength(before);
  });

  it('is connected to again after a restart', async () => {
    const output = open({ protocol: 'tcp', port: server.ports.tcp });
    expect(await attempt(output)).toEqual({ kind: 'delivered' });
    await server.stop();
    expect(await attempt(output)).toMatchObject({ kind: 'retry' });
    server = await start({ ports: server.ports });
    expect(await attempt(output)).toEqual({ kind: 'delivered' });
    await eventually(() => expect(written()).toHaveLength(1));
    await output.close();
  });
});
