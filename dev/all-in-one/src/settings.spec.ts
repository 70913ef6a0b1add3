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
});
