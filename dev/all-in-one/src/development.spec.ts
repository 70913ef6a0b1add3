import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ConfigInvalid } from '@whoran/kernel';
import { writeConnectFiles } from './connect-files.ts';
import { prepareDevelopment } from './development.ts';
import { readSettings } from './settings.ts';

describe('a development set-up', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'whoran-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const prepare = (different: Record<string, string> = {}) => {
    const env = { WHORAN_DATA_DIR: join(root, 'data'), ...different };
    return prepareDevelopment(readSettings(env), env);
  };

  it('is made once, and nobody else may look into it', async () => {
    const first = await prepare();
    const second = await prepare();
    expect(statSync(first.folder).mode & 0o777).toBe(0o700);
    expect(statSync(first.certificates.keyFile).mode & 0o777).toBe(0o600);
    expect(second).toEqual(first);
    expect(() => readSettings(first.environment)).not.toThrow();
  });

  it('leaves what somebody set', async () => {
    const { environment } = await prepare({ WHORAN_LOG_LEVEL: 'debug', WHORAN_WEBHOOK_TLS_CERT: '/cert', WHORAN_WEBHOOK_CLIENT_CA: '/ca' });
    expect(environment).toMatchObject({ WHORAN_LOG_LEVEL: 'debug', WHORAN_WEBHOOK_TLS_CERT: '/cert', WHORAN_WEBHOOK_CLIENT_CA: '/ca' });
    expect(environment).not.toHaveProperty('WHORAN_WEBHOOK_TLS_KEY');
    expect(environment).not.toHaveProperty('WHORAN_WEBHOOK_SECRET_PATH');
  });

  it('takes tokens from other machines over TLS only, and from API servers always', async () => {
    expect((await prepare()).environment).toHaveProperty('WHORAN_AUDIT_TLS_CERT_FILE');
    expect((await prepare()).environment).not.toHaveProperty('WHORAN_FALCO_TLS_CERT_FILE');
    expect((await prepare({ WHORAN_LISTEN_HOST: '0.0.0.0' })).environment).toHaveProperty('WHORAN_FALCO_TLS_CERT_FILE');
  });

  it('says how to connect a cluster, with the secrets in files that only their owner reads', async () => {
    const development = await prepare();
    const files = writeConnectFiles(development, { webhook: 'https://h:1', audit: 'https://h:2', falco: 'http://h:3' });
    expect(readFileSync(files.webhook, 'utf8')).toContain(`url: https://h:1/mutate/${development.webhookSecret}`);
    expect(readFileSync(files.audit, 'utf8')).toContain('server: https://h:2/clusters/local/audit');
    expect(readFileSync(files.falco, 'utf8')).toContain(`url: http://h:3/clusters/local/falco/${development.ingestToken}`);
    expect(readFileSync(files.falco, 'utf8')).not.toContain('ca_cert:');
    expect(statSync(files.webhook).mode & 0o777).toBe(0o600);
  });

  it('needs a folder', async () => {
    writeFileSync(join(root, 'data'), '');
    await expect(prepare()).rejects.toThrow(ConfigInvalid);
  });
});
