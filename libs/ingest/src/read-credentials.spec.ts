import { describe, expect, it } from '@jest/globals';
import { type Caller, readCredentials } from '@whoran/ingest';

const A = 'token-of-cluster-a-0123';
const B = 'token-of-cluster-b-0123';
const files: Readonly<Record<string, string>> = { 'b.token': `\n${B}\n`, 'empty.token': '\n' };
const readFile = (path: string) => {
  const text = files[path];
  if (text === undefined) throw new Error('no such file');
  return text;
};

describe('credentials', () => {
  const text = `clusters:\n  a: {tokens: [${A}, another-token-of-a-01], clientCertificates: [kube-apiserver]}\n  b: {tokenFile: b.token}\n`;
  const read = readCredentials(text, readFile);
  const cases: readonly [string, Caller, string][] = [
    ['a', { token: A }, 'admitted'],
    ['a', { token: 'another-token-of-a-01' }, 'admitted'],
    ['a', { token: B }, 'other-cluster'],
    ['b', { token: B }, 'admitted'],
    ['b', { token: `${B} ` }, 'unknown'],
    ['a', { token: '' }, 'unknown'],
    ['a', {}, 'unknown'],
    ['a', { commonName: 'kube-apiserver' }, 'admitted'],
    ['b', { commonName: 'kube-apiserver' }, 'other-cluster'],
    ['a', { commonName: 'someone' }, 'unknown'],
    ['a', { commonName: 'kube-apiserver', token: 'a wrong one' }, 'admitted'],
    ['c', { token: A }, 'other-cluster'],
    ['c', {}, 'unknown'],
    ['__proto__', { token: 'x' }, 'unknown'],
  ];
  it.each(cases)('of %s for %j: %s', (cluster, caller, admission) => {
    expect(read.ok && read.value.admit(cluster, caller)).toBe(admission);
  });

  it('are refused with every problem at once, and never with a token', () => {
    const bad = [
      'clusters:',
      '  a: {tokens: [short-secret, "has a space in it 123", 12345678901234567890]}',
      '  "no/slash": {tokens: [token-of-cluster-x-0123]}',
      '  c: {tokens: [token-of-cluster-x-0123]}',
      '  d: {}',
      '  e: {tokenFile: nowhere}',
      '  f: {tokenFile: empty.token, colour: red}',
      '  g: {tokens: token-not-in-a-list-0}',
      'extra: 1',
    ].join('\n');
    const result = readCredentials(bad, readFile);
    const issues = result.ok ? [] : result.error;
    const items = issues.map(({ item }) => item);
    for (const item of [
      '/',
      'clusters.a.tokens[0]',
      'clusters.a.tokens[1]',
      'clusters.a.tokens[2]',
      'clusters.?',
      'clusters.c',
      'clusters.d',
      'clusters.e.tokenFile',
      'clusters.f.tokenFile',
      'clusters.f',
      'clusters.g.tokens',
    ]) {
      expect(items).toContain(item);
    }
    expect(JSON.stringify(issues)).not.toMatch(/secret|space in it|token-of|token-not-in|: red/);
  });

  it.each([
    ['', 'clusters'],
    ['[]', 'clusters'],
    ['clusters: 1', 'clusters'],
    ['clusters: *nowhere', '/'],
    ['clusters: {a: {tokens: [secret-secret-secret}', undefined],
  ])('that are not a map of clusters are refused: %s', (bad, item) => {
    const result = readCredentials(bad, readFile);
    expect(result.ok ? 'read' : result.error[0]?.item).toBe(item);
    expect(JSON.stringify(result)).not.toContain('secret-secret');
  });
});
