import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { CredentialsFile } from '@whoran/ingest';
import { ConfigInvalid, type LogFields, SilentLogger, VirtualClock } from '@whoran/kernel';
import { Metrics, Shutdown } from '@whoran/service-kit';

class Recorded extends SilentLogger {
  readonly lines: string[] = [];
  override error = (event?: string, fields?: LogFields) => void this.lines.push(`${event} ${JSON.stringify(fields)}`);
  override info = (event?: string) => void this.lines.push(String(event));
}

describe('a credentials file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'credentials-'));
  const path = join(folder, 'credentials.yaml');
  const tokens = join(folder, 'tokens');
  afterAll(() => rmSync(folder, { recursive: true }));

  const open = () => {
    const clock = new VirtualClock();
    const logger = new Recorded();
    const metrics = new Metrics('demo');
    const shutdown = new Shutdown(logger);
    const file = CredentialsFile.open({ path, clock, logger, metrics, shutdown });
    const wait = () => clock.advanceTo(clock.now() + 5000);
    const refused = async () => (await metrics.registry.getSingleMetric('whoran_ingest_credentials_refused')?.get())?.values[0]?.value;
    return { file, logger, wait, shutdown, clock, refused };
  };

  it('is read again when it or a token file changes, and a bad one leaves the old in force', async () => {
    writeFileSync(path, 'clusters: {a: {tokenFile: tokens}}');
    writeFileSync(tokens, 'first-token-0123456789\n');
    const { file, logger, wait, refused, shutdown, clock } = open();
    const admits = (token: string) => file.admit('a', { token }) === 'admitted';
    expect(admits('first-token-0123456789')).toBe(true);

    writeFileSync(tokens, 'second-token-0123456789\n');
    wait();
    expect([admits('first-token-0123456789'), admits('second-token-0123456789')]).toEqual([false, true]);

    writeFileSync(path, 'clusters: {a: {tokens: [secret]}}');
    wait();
    wait();
    expect([admits('second-token-0123456789'), await refused()]).toEqual([true, 1]);

    writeFileSync(path, 'clusters: {a: {tokens: [third-token-0123456789]}}');
    wait();
    expect([admits('third-token-0123456789'), await refused()]).toEqual([true, 0]);
    expect(logger.lines.map((line) => line.split(' ')[0])).toEqual([
      'ingest.credentials-loaded',
      'ingest.credentials-refused',
      'ingest.credentials-loaded',
    ]);
    expect(logger.lines.join()).not.toMatch(/secret|token-0123/);
    await shutdown.run();
    expect(clock.nextTimer(Infinity)).toBeUndefined();
  });

  it('that cannot be used at the start is an error of the settings', () => {
    writeFileSync(path, 'clusters: {a: {tokens: [secret]}}');
    expect(open).toThrow(ConfigInvalid);
    expect(open).not.toThrow(/secret/);
  });
});
