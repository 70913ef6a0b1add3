import { describe, expect, it } from '@jest/globals';
import { runInSpec } from '../spec-support/run-in-spec.ts';

describe('whoran topics, before it reaches Kafka', () => {
  it.each<[string, readonly string[], Record<string, string>, number, RegExp]>([
    ['without brokers', ['check'], {}, 2, /WHORAN_KAFKA_BROKERS must say/],
    ['with a broker that is none', ['apply'], { WHORAN_KAFKA_BROKERS: 'kafka' }, 2, /WHORAN_KAFKA_BROKERS: .*host:port/],
    ['with a setting that is none', ['check'], { WHORAN_KAFKA_BROKER: 'x:1' }, 2, /WHORAN_KAFKA_BROKER\b/],
    ['with no partitions', ['apply', '--partitions', '0'], {}, 2, /whole number from 1/],
    ['with a retention that is none', ['apply', '--retention', 'long'], {}, 2, /24h or 7d/],
    ['with nobody at the address', ['check'], { WHORAN_KAFKA_BROKERS: '127.0.0.1:1' }, 1, /cannot check the topics: .*ECONNREFUSED/],
  ])('says what is wrong: %s', async (_, argv, env, status, message) => {
    const outcome = await runInSpec(['topics', ...argv], { env });
    expect([outcome.status, outcome.stdout]).toEqual([status, '']);
    expect(outcome.stderr).toMatch(message);
  });
});
