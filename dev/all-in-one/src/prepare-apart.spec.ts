import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AlertRouterConfig } from '@whoran/alert-router';
import { FalcoIngesterConfig } from '@whoran/falco-ingester';
import { ForensicsConfig } from '@whoran/forensics';
import { loadConfig } from '@whoran/service-kit';
import { WebhookMutatorConfig } from '@whoran/webhook-mutator';
import { prepareApart } from './prepare-apart.ts';

describe('settings for services that run apart', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'whoran-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** What a shell that has read the file of a service gives to the service. */
  const read = (service: string): Record<string, string> => {
    const text = execFileSync('sh', ['-c', `. '${join(folder, 'env', `${service}.env`)}'; env`], { env: {}, encoding: 'utf8' });
    const lines = text.split('\n').filter((line) => line.startsWith('WHORAN_'));
    return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
  };

  it('are written to a file for each, which its service takes as it is and nobody else may read', async () => {
    const lines: string[] = [];
    const env = {
      WHORAN_DATA_DIR: folder,
      WHORAN_KAFKA_BROKERS: 'kafka:9092',
      WHORAN_REDIS_URL: "redis://:it's@redis",
      WHORAN_FORENSICS_TOKEN: 'a-token-of-forensics',
    };
    await prepareApart(env, (line) => void lines.push(line));
    const services = ['alert-router', 'audit-ingester', 'falco-ingester', 'forensics', 'lineage-resolver', 'webhook-mutator'];
    expect(readdirSync(join(folder, 'env')).sort()).toEqual(services.map((name) => `${name}.env`));
    expect(statSync(join(folder, 'env', 'forensics.env')).mode & 0o777).toBe(0o600);

    expect(loadConfig(FalcoIngesterConfig, read('falco-ingester'))).toMatchObject({
      kafkaBrokers: ['kafka:9092'],
      spoolDir: join(folder, 'spool', 'falco'),
    });
    expect(loadConfig(AlertRouterConfig, read('alert-router')).redisUrl).toBe("redis://:it's@redis");
    expect(loadConfig(WebhookMutatorConfig, read('webhook-mutator')).cluster).toBe('local');
    expect(loadConfig(ForensicsConfig, read('forensics')).logLevel).toBe('info');
    expect(readFileSync(join(folder, 'connect', 'falco.yaml.snippet'), 'utf8')).toContain('http://127.0.0.1:8082/clusters/local/falco/');
    for (const name of services) expect(lines.join('\n')).toContain(`npm run -s service -- ${name}`);
    expect(lines.join('\n')).not.toContain('a-token-of-forensics');
  });

  it('say what is missing', async () => {
    const lines: string[] = [];
    await prepareApart({ WHORAN_DATA_DIR: folder }, (line) => void lines.push(line));
    expect(lines.join('\n')).toContain('WHORAN_KAFKA_BROKERS is not set');
  });
});
