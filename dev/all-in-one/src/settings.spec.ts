import { describe, expect, it } from '@jest/globals';
import { readSettings } from './settings.ts';

const problemsOf = (env: Record<string, string>): string => {
  try {
    readSettings(env);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('the settings of all services', () => {
  it('have defaults for everything, and leave the client its own', () => {
    const settings = readSettings({ WHORAN_URL: 'http://127.0.0.1:8080', WHORAN_TOKEN: 'x', PATH: '/bin' });
    expect([settings.own.dataDir, settings.webhook.cluster, settings.forensics.port]).toEqual(['data', 'local', 8080]);
  });

  it('are refused with the problems of all services at once, each named once', () => {
    const problems = problemsOf({
      WHORAN_FALCO_PORT: 'x',
      WHORAN_AUDIT_PORT: '99999999',
      WHORAN_TYPO: '1',
      WHORAN_PUBLIC_HOST: 'a b',
      WHORAN_WEBHOOK_CLUSTER: 'No_Name',
    });
    const names = problems.split('\n').map((line) => line.split(':')[0]);
    expect(names.toSorted()).toEqual([
      'WHORAN_AUDIT_PORT',
      'WHORAN_FALCO_PORT',
      'WHORAN_PUBLIC_HOST',
      'WHORAN_TYPO',
      'WHORAN_WEBHOOK_CLUSTER',
    ]);
  });

  it('are refused when they name a Kafka or a Redis, which one process does not use', () => {
    const problems = problemsOf({ WHORAN_KAFKA_BROKERS: 'kafka:9092', WHORAN_REDIS_URL: 'redis://redis', WHORAN_FALCO_PORT: 'x' });
    expect(problems.split('\n').toSorted()).toEqual([
      'WHORAN_FALCO_PORT: must be a whole number',
      expect.stringMatching(/^WHORAN_KAFKA_BROKERS: is not used .* run the services apart for it \(docs\/operations\/running-apart\.md\)/),
      expect.stringMatching(/^WHORAN_REDIS_URL: is not used /),
    ]);
  });
});
