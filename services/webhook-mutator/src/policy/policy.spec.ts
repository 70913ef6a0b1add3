import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { matchesGlob } from './glob.ts';
import { applyPolicy } from './policy.ts';
import { readPolicy } from './read-policy.ts';

describe('a glob', () => {
  it.each([
    ['*', '', true],
    ['pay*', 'payments', true],
    ['pay*', 'Payments', false],
    ['*/distroless/*', 'gcr.io/distroless/static:1', true],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['*.[a]', 'x.[a]', true],
    ['*.[a]', 'x.a', false],
    ['*b*b', 'abab', true],
    ['', '', true],
    ['', 'a', false],
  ])('%j and %j: %s', (glob, text, matches) => expect(matchesGlob(glob, text)).toBe(matches));

  it('agrees with the regular expression of the same meaning', () => {
    const letters = fc.array(fc.constantFrom('a', 'b', '*', '?'), { maxLength: 8 }).map((list) => list.join(''));
    fc.assert(
      fc.property(letters, fc.stringMatching(/^[ab]{0,10}$/), (glob, text) => {
        const pattern = new RegExp(`^${glob.replaceAll('*', '.*').replaceAll('?', '.')}$`);
        expect(matchesGlob(glob, text)).toBe(pattern.test(text));
      }),
    );
  });

  it('of many stars ends soon on a long text', () => {
    const began = performance.now();
    expect(matchesGlob(`${'*a'.repeat(30)}b`, 'a'.repeat(60_000))).toBe(false);
    expect(performance.now() - began).toBeLessThan(1000);
  });
});

describe('a policy', () => {
  const read = readPolicy(`
rules:
  - {name: windows, podLabels: {os: win*}, strategy: none}
  - {namespaces: [kube-system, 'infra-*'], users: ['system:*'], strategy: none}
  - {images: ['*busybox*'], containers: [tools], strategy: sh}
`);
  const policy = read.ok ? read.value : { rules: [] };
  it.each([
    [
      { namespace: 'a', user: 'u', labels: { os: 'windows' } },
      { strategy: 'none', rule: 'windows' },
    ],
    [
      { namespace: 'infra-1', user: 'system:node' },
      { strategy: 'none', rule: '2' },
    ],
    [{ namespace: 'infra-1', user: 'jane' }, undefined],
    [
      { namespace: 'a', user: 'u', image: 'docker.io/busybox:1', container: 'tools' },
      { strategy: 'sh', rule: '3' },
    ],
    [{ namespace: 'a', user: 'u', container: 'tools' }, undefined],
  ])('decides by its first rule that matches: %j', (subject, expected) => expect(applyPolicy(policy, subject)).toEqual(expected));

  it('that is empty says nothing', () => expect(readPolicy('# nothing yet\n')).toEqual({ ok: true, value: { rules: [] } }));

  it('is refused with every problem and its place', () => {
    const result = readPolicy(
      'rules:\n  - strategy: bash\n  - users: kube-system\n    strategy: none\n  - strategy: env\n    namespace: [x]\n',
    );
    const problems = result.ok ? [] : result.error.map(({ item, message, line }) => `${line} ${item} ${message}`);
    expect(problems.sort()).toEqual([
      '2 /rules/0/strategy must be one of env, sh, none',
      '3 /rules/1/users must be array',
      '6 /rules/2/namespace is not a field here',
    ]);
  });

  it.each([
    ['text that is no YAML', 'rules: [\n  - x: }', 2],
    ['a key twice', 'rules: []\nrules: []\n', 2],
    ['a list at the top', '- a\n', 1],
    [
      'aliases of aliases',
      `a: &a [1,1,1,1,1,1,1,1,1]\n${'bcdefgh'
        .split('')
        .map((x, i) => `${x}: &${x} [${`*${'abcdefg'[i]},`.repeat(9)}]`)
        .join('\n')}\n`,
      1,
    ],
  ])('is refused, and does not break us: %s', (_name, text, line) => {
    const result = readPolicy(text);
    expect(result).toMatchObject({ ok: false });
    expect(result.ok ? 0 : result.error[0]?.line).toBe(line);
  });

  it('of 2 MB is refused', () => expect(readPolicy('#'.repeat(2_000_000))).toMatchObject({ ok: false, error: [{ code: 'too-long' }] }));
});
