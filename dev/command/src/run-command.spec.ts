import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Runs a command whose option is what it does. */
function run(...args: readonly string[]) {
  const program = `
    import { Unusable, runCommand } from '@whoran/command';
    const read = ([kind]) => (kind === undefined ? { ok: false, error: 'say what to do' } : { ok: true, value: { kind, text: 'usage\\n' } });
    await runCommand({ name: 'spec', read, run: async ({ kind }, { print, warn }) => {
      if (kind === 'unusable') throw new Unusable('no such folder');
      if (kind === 'broken') throw new TypeError('a bug');
      print('result');
      warn('by the way');
      return kind === 'good';
    } });`;
  const flags = ['--import', `${root}tools/register/register.mjs`, '--input-type=module', '--eval', program, '--', 'spec'];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, ...args], { cwd: root, encoding: 'utf8' });
  return [status, stdout, stderr];
}

describe('a command', () => {
  it.each([
    ['good', [0, 'result\n', 'by the way\n']],
    ['bad', [1, 'result\n', 'by the way\n']],
    ['help', [0, 'usage\n', '']],
    ['unusable', [2, '', 'spec: no such folder\n']],
    ['broken', [2, '', expect.stringMatching(/^spec: TypeError: a bug\n {4}at /)]],
  ])('that is %s says so in its status, and each stream has its own', (kind, said) => expect(run(kind)).toEqual(said));

  it('that cannot be read says what to write', () => expect(run()).toEqual([2, '', 'spec: say what to do; --help says more\n']));
});
