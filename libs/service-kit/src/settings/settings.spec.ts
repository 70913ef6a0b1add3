import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { CommonConfig, StatefulConfig, kafkaAccess, loadConfig, redisAccess } from '@whoran/service-kit';

const folder = mkdtempSync(join(tmpdir(), 'whoran-settings-'));
afterAll(() => rmSync(folder, { recursive: true }));
const pem = (name: string) => {
  const file = join(folder, name);
  writeFileSync(file, `the ${name}\n`);
  return file;
};

/** The problems of an environment whose variables lack `WHORAN_`. */
function problemsOf(config: new () => object, env: Readonly<Record<string, string>>): readonly string[] {
  const whole = Object.fromEntries(Object.entries(env).map(([name, value]) => [`WHORAN_${name}`, value]));
  try {
    loadConfig(config, whole);
    return [];
  } catch (error) {
    return (error as Error).message.split('\n').map((line) => line.replace(/^WHORAN_/, ''));
  }
}

describe('the settings of Kafka', () => {
  it('are the brokers and a client named like the service, when nothing more is set', () => {
    const access = kafkaAccess(loadConfig(CommonConfig, { WHORAN_KAFKA_BROKERS: 'a:9092, [::1]:9093' }), 'falco-ingester');
    expect(access).toEqual({ brokers: ['a:9092', '[::1]:9093'], clientId: 'falco-ingester', topicPrefix: '', compression: 'none' });
  });

  it('carry certificates as texts, and who we are', () => {
    const settings = loadConfig(CommonConfig, {
      WHORAN_KAFKA_BROKERS: 'a:9092',
      WHORAN_KAFKA_TOPIC_PREFIX: 'blue.',
      WHORAN_KAFKA_CLIENT_ID: 'me',
      WHORAN_KAFKA_TLS: 'true',
      WHORAN_KAFKA_CA_FILE: pem('ca'),
      WHORAN_KAFKA_CERT_FILE: pem('cert'),
      WHORAN_KAFKA_KEY_FILE: pem('key'),
      WHORAN_KAFKA_SASL_MECHANISM: 'scram-sha-512',
      WHORAN_KAFKA_SASL_USERNAME: 'whoran',
      WHORAN_KAFKA_SASL_PASSWORD_FILE: pem('password'),
      WHORAN_KAFKA_COMPRESSION: 'zstd',
    });
    expect(kafkaAccess(settings, 'x')).toEqual({
      brokers: ['a:9092'],
      clientId: 'me',
      topicPrefix: 'blue.',
      compression: 'zstd',
      tls: { ca: 'the ca\n', cert: 'the cert\n', key: 'the key\n' },
      sasl: { mechanism: 'scram-sha-512', username: 'whoran', password: 'the password' },
    });
  });

  it.each<[Record<string, string>, readonly string[]]>([
    [{ KAFKA_BROKERS: 'kafka' }, ['KAFKA_BROKERS: each must be host:port']],
    [{ KAFKA_BROKERS: 'kafka:9092,http://x:1' }, ['KAFKA_BROKERS: each must be host:port']],
    [{ KAFKA_TOPIC_PREFIX: 'a/b' }, ['KAFKA_TOPIC_PREFIX: must be at most 64 letters, digits, ".", "_" and "-"']],
    [{ KAFKA_CLIENT_ID: 'a b' }, ['KAFKA_CLIENT_ID: must be at most 128 letters, digits, ".", "_" and "-"']],
    [{ KAFKA_CA_FILE: '/no/such/file', KAFKA_TLS: 'true' }, ['KAFKA_CA_FILE: names a file that cannot be read']],
    [{ KAFKA_CA_FILE: pem('ca') }, ['KAFKA_CA_FILE: needs WHORAN_KAFKA_TLS=true']],
    [{ KAFKA_TLS: 'true', KAFKA_CERT_FILE: pem('cert') }, ['KAFKA_KEY_FILE: must be set: WHORAN_KAFKA_CERT_FILE needs its key']],
    [{ KAFKA_TLS: 'true', KAFKA_KEY_FILE: pem('key') }, ['KAFKA_CERT_FILE: must be set: WHORAN_KAFKA_KEY_FILE needs its certificate']],
    [
      { KAFKA_SASL_MECHANISM: 'plain' },
      [
        'KAFKA_SASL_USERNAME: must be set with WHORAN_KAFKA_SASL_MECHANISM',
        'KAFKA_SASL_PASSWORD: must be set with WHORAN_KAFKA_SASL_MECHANISM',
      ],
    ],
    [
      { KAFKA_SASL_USERNAME: 'u', KAFKA_SASL_PASSWORD: 'p' },
      ['KAFKA_SASL_MECHANISM: must be plain, scram-sha-256 or scram-sha-512 when a user name or a password is set'],
    ],
    [{ KAFKA_COMPRESSION: 'brotli' }, ['KAFKA_COMPRESSION: must be one of none, gzip, snappy, lz4, zstd']],
    [{ OTLP_ENDPOINT: 'collector:4318' }, ['OTLP_ENDPOINT: must be a URL with http or https, without user, password and query']],
    [{ OTLP_ENDPOINT: 'http://u:p@collector:4318' }, ['OTLP_ENDPOINT: must be a URL with http or https, without user, password and query']],
    [
      { KAFKA_BROKERS: 'x', KAFKA_CERT_FILE: '/no', KAFKA_COMPRESSION: 'x', KAFKA_TYPO: 'x' },
      [
        'KAFKA_BROKERS: each must be host:port',
        'KAFKA_CERT_FILE: needs WHORAN_KAFKA_TLS=true',
        'KAFKA_CERT_FILE: names a file that cannot be read',
        'KAFKA_KEY_FILE: must be set: WHORAN_KAFKA_CERT_FILE needs its key',
        'KAFKA_COMPRESSION: must be one of none, gzip, snappy, lz4, zstd',
        'KAFKA_TYPO: is not a setting of this service; see docs/settings.md',
      ],
    ],
  ])('%j are refused', (env, problems) => expect(problemsOf(CommonConfig, env)).toEqual(problems));

  it.each(['http://127.0.0.1:4318', 'http://localhost:4318', 'https://otel-collector.monitoring.svc:4318/prefix'])(
    'take traces to %s',
    (url) => expect(problemsOf(CommonConfig, { OTLP_ENDPOINT: url })).toEqual([]),
  );
});

describe('the settings of Redis', () => {
  const accessOf = (env: Record<string, string>) => redisAccess(loadConfig(StatefulConfig, env));

  it('are memory when no place is set', () => expect(accessOf({ WHORAN_REDIS_PREFIX: 'x' })).toBeUndefined());

  it('take a URL, sentinels or the nodes of a cluster', () => {
    expect(accessOf({ WHORAN_REDIS_URL: 'redis://redis:6379/2' })).toEqual({ url: 'redis://redis:6379/2', prefix: 'whoran' });
    expect(accessOf({ WHORAN_REDIS_SENTINELS: 'a:26379,[::1]:26380', WHORAN_REDIS_SENTINEL_NAME: 'mymaster' })).toEqual({
      sentinels: [
        { host: 'a', port: 26379 },
        { host: '::1', port: 26380 },
      ],
      sentinelName: 'mymaster',
      prefix: 'whoran',
    });
    const cluster = { WHORAN_REDIS_CLUSTER_NODES: 'a:1', WHORAN_REDIS_USERNAME: 'u', WHORAN_REDIS_PASSWORD: 'p', WHORAN_REDIS_TLS: 'true' };
    expect(accessOf({ ...cluster, WHORAN_REDIS_PREFIX: 'blue' })).toEqual({
      clusterNodes: [{ host: 'a', port: 1 }],
      username: 'u',
      password: 'p',
      tls: {},
      prefix: 'blue',
    });
  });

  it('take a CA with a rediss:// URL', () =>
    expect(accessOf({ WHORAN_REDIS_URL: 'rediss://redis', WHORAN_REDIS_CA_FILE: pem('ca') })).toMatchObject({ tls: { ca: 'the ca\n' } }));

  it.each<[Record<string, string>, readonly string[]]>([
    [{ REDIS_URL: 'http://redis' }, ['REDIS_URL: must be a URL that begins with redis:// or rediss://']],
    [{ REDIS_SENTINELS: 'a:1' }, ['REDIS_SENTINEL_NAME: must be set with WHORAN_REDIS_SENTINELS']],
    [{ REDIS_CLUSTER_NODES: 'a' }, ['REDIS_CLUSTER_NODES: each must be host:port']],
    [
      { REDIS_URL: 'redis://a', REDIS_CLUSTER_NODES: 'a:1' },
      ['REDIS_CLUSTER_NODES: excludes WHORAN_REDIS_URL and WHORAN_REDIS_SENTINELS: set one of them'],
    ],
    [{ REDIS_URL: 'redis://a', REDIS_USERNAME: 'u' }, ['REDIS_USERNAME: must be set with WHORAN_REDIS_PASSWORD']],
    [{ REDIS_PASSWORD: 'p' }, ['REDIS_PASSWORD: is of no use without WHORAN_REDIS_URL, _SENTINELS or _CLUSTER_NODES']],
    [{ REDIS_URL: 'redis://a', REDIS_CA_FILE: pem('ca') }, ['REDIS_CA_FILE: needs WHORAN_REDIS_TLS=true or a rediss:// URL']],
    [{ REDIS_PREFIX: 'a:b' }, ['REDIS_PREFIX: must be letters, digits, ".", "_" and "-"']],
  ])('%j are refused', (env, problems) => expect(problemsOf(StatefulConfig, env)).toEqual(problems));
});
