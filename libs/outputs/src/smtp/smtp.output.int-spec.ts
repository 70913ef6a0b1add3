import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DevelopmentCertificates, issueDevelopmentCertificates } from '@whoran/keyring';
import { type EximServer, aNotification, anAlert, eventually, startExim } from '@whoran/testing';
import { attempt, openOutput } from '../spec-support/open-output.ts';
import { smtpKind } from './smtp.output.ts';

const PASSWORD = 'hunter-2-secret';

describe('a mail server that asks for TLS and a login', () => {
  const folder = mkdtempSync(join(tmpdir(), 'whoran-spec-'));
  let files: DevelopmentCertificates;
  let server: EximServer;
  let before: number;

  beforeAll(async () => {
    files = await issueDevelopmentCertificates(folder, ['127.0.0.1']);
    server = await startExim({ tls: files, logins: { jane: PASSWORD } });
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const mails = () =>
    existsSync(server.mails) ? readdirSync(server.mails).map((name) => readFileSync(join(server.mails, name), 'utf8')) : [];
  const open = (different: object = {}, password = PASSWORD) => {
    before = mails().length;
    return openOutput(
      smtpKind,
      {
        host: '127.0.0.1',
        port: server.ports.plain,
        from: 'whoran <whoran@example.com>',
        to: ['Security <soc@example.com>'],
        auth: { username: 'jane', password_file: '/password' },
        tls: { ca_file: '/ca' },
        ...different,
      },
      { files: { '/ca': readFileSync(files.caFile, 'utf8'), '/password': password } },
    );
  };
  const arrived = async (count: number) => {
    await eventually(() => expect(mails()).toHaveLength(before + count));
    return mails();
  };

  it.each([
    ['starttls', 'plain'],
    ['tls', 'tls'],
  ] as const)('takes a mail by %s, with its id, whatever the alert says', async (encryption, port) => {
    const output = open({ encryption, port: server.ports[port] });
    const hostile = anAlert({
      rule: `Ünï ${encryption}\r\nBcc: x@example.com\r\n.\r\n`,
      output_fields: { 'proc.cmdline': '.\n..\nx'.repeat(20_000) },
    });
    expect(await attempt(output, aNotification({ id: encryption }, hostile))).toEqual({ kind: 'delivered' });
    const mail = (await arrived(1)).find((text) => text.includes(`X-Whoran-Notification: ${encryption}`)) ?? '';
    expect(mail).toMatch(/^From: whoran <whoran@example\.com>$/m);
    expect(mail).toMatch(/^To: Security <soc@example\.com>$/m);
    expect(mail).toMatch(/^Subject: =\?UTF-8\?/m);
    expect(mail).toMatch(/^Message-ID: <[0-9a-f]{40}@example\.com>$/m);
    expect(mail).toMatch(/with esmtpsa/);
    expect(mail).toMatch(/^Envelope-to: soc@example\.com$/m);
    expect(mail).not.toMatch(/^Bcc/im);
    await output.close();
  });
  it('takes many at once over few connections', async () => {
    const output = open();
    const all = Array.from({ length: 30 }, (_, number) => aNotification({ id: `many-${number}` }));
    expect(await Promise.all(all.map((one) => attempt(output, one)))).toEqual(Array(30).fill({ kind: 'delivered' }));
    await arrived(30);
    await output.close();
  });
  it('puts one recipient off and takes the other, who does not get it again', async () => {
    const output = open({ to: ['one@example.com', 'later@example.com'] });
    const notification = aNotification({ id: 'partly' });
    const putOff = {
      kind: 'retry',
      error: expect.stringMatching(/^mail by 127\.0\.0\.1: not all recipients were taken: later@example\.com: 451 the mailbox is busy$/),
    };
    expect(await attempt(output, notification)).toEqual(putOff);
    expect(await attempt(output, notification)).toEqual(putOff);
    expect((await arrived(1)).filter((text) => text.includes('Envelope-to: one@example.com'))).toHaveLength(1);
    await output.close();
  });
  it('refuses a recipient for good, which is not hidden by those who took it', async () => {
    const output = open({ to: ['two@example.com', 'nobody@example.com'] });
    const refused = { kind: 'refused', error: expect.stringContaining('nobody@example.com: 550 no such mailbox') };
    expect(await attempt(output, aNotification({ id: 'refused' }))).toEqual(refused);
    await arrived(1);
    await output.close();
  });
  it('refuses a wrong password, which the error does not show', async () => {
    const output = open({}, 'wrong-password');
    const outcome = await attempt(output);
    expect(outcome).toEqual({ kind: 'refused', error: expect.stringMatching(/535/) });
    expect(JSON.stringify(outcome)).not.toMatch(/wrong-password|hunter/);
    await output.close();
  });
  it('gets no password when its certificate is not to be trusted, and none without encryption', async () => {
    const output = open({ tls: {} });
    expect(await attempt(output)).toEqual({ kind: 'retry', error: expect.stringMatching(/certificate/) });
    await output.close();
  });
  it('is tried again while it hangs, and takes mail when it goes on', async () => {
    const output = open();
    server.pause();
    expect(await attempt(output, aNotification({ id: 'hanging' }), 300)).toMatchObject({ kind: 'retry' });
    server.resume();
    expect(await attempt(output, aNotification({ id: 'hanging' }))).toEqual({ kind: 'delivered' });
    await output.close();
  });
});
