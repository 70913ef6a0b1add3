import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { EVIDENCES } from '@whoran/contracts';
import { runInSpec } from '../spec-support/run-in-spec.ts';

const run = promisify(execFile);

/** What bash itself offers for a command line that is cut into words as readline does; the last word is being typed. */
async function offered(script: string, words: readonly string[]): Promise<readonly string[]> {
  const program = `${script}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _whoran; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await run('bash', ['--norc', '-u', '-c', program, 'bash', ...words]);
  return stdout.split('\n').filter((word) => word !== '');
}

describe('completion in bash', () => {
  let script = '';
  beforeAll(async () => {
    script = (await runInSpec(['completion', 'bash'])).stdout;
  });

  it.each([
    ['commands', ['whoran', 'co'], ['commands', 'completion']],
    ['commands below a command', ['whoran', 'keys', ''], ['generate', 'list', 'retire']],
    ['what to do with dead letters', ['whoran', 'dead-letters', ''], ['list', 'show', 'replay', 'discard']],
    ['states of dead letters', ['whoran', 'dead-letters', 'replay', '--state', 'd'], ['discarded']],
    ['options', ['whoran', 'commands', '--ev'], ['--evidence']],
    ['options that every command has', ['whoran', 'tail', '--ser'], ['--server']],
    ['options when there is nothing else', ['whoran', 'version', ''], ['--server', '--token-file', '--local', '-h', '--help']],
    ['the values of an option', ['whoran', 'commands', '--evidence', ''], [...EVIDENCES]],
    ['the values of a short option', ['whoran', 'sessions', '-o', 'n'], ['ndjson']],
    ['values behind an equals sign', ['whoran', 'alerts', '--output', '=', 'c'], ['csv']],
    ['values right behind the equals sign', ['whoran', 'sessions', '--injected', '='], ['yes', 'no']],
    ['kinds of sessions', ['whoran', 'sessions', '--kind', 'debug'], ['debug-pod']],
    ['the shells', ['whoran', 'completion', ''], ['bash', 'zsh', 'fish']],
    ['commands behind a global option', ['whoran', '--server', 'http://x', 'doc'], ['doctor']],
    ['nothing for a free text', ['whoran', 'commands', '--user', ''], []],
    [
      'the options of the command although a value is named like another',
      ['whoran', 'commands', '--text', 'keys', '--evi'],
      ['--evidence'],
    ],
    ['commands for rules', ['whoran', 'rules', ''], ['check', 'list', 'show', 'test', 'new']],
    ['options of a command that takes files', ['whoran', 'rules', 'check', '--st'], ['--strict']],
    ['nothing of its own where files are wanted', ['whoran', 'rules', 'check', ''], []],
    ['options behind a list of files', ['whoran', 'rules', 'test', '--rules', 'a.yaml', '--expl'], ['--explain']],
    ['nothing for what does not exist', ['whoran', 'nonsense-'], []],
  ])('offers %s', async (_what, words, expected) => {
    expect(await offered(script, words)).toEqual(expected);
  });

  it('is registered for whoran', async () => {
    const { stdout } = await run('bash', ['--norc', '-c', `${script}\ncomplete -p whoran`]);
    expect(stdout.trim()).toBe('complete -F _whoran whoran');
  });
});

describe('completion in other shells', () => {
  it.each(['zsh', 'fish'])('knows every command, option and value in %s', async (shell) => {
    const { stdout, status } = await runInSpec(['completion', shell]);
    expect(status).toBe(0);
    for (const word of ['dead-letters', 'retire', 'evidence', 'ambiguous', 'ndjson', 'falco-config', 'token-file', 'port-forward'])
      expect(stdout).toContain(word);
  });

  it('refuses a shell that it does not know', async () => {
    const { status, stderr } = await runInSpec(['completion', 'tcsh']);
    expect(status).toBe(2);
    expect(stderr).toContain('Allowed choices are bash, zsh, fish.');
  });
});
