import { describe, expect, it } from '@jest/globals';
import { runCommand, startCommand } from './command.ts';
import { inTerminal } from './terminal.ts';

describe('a command', () => {
  it('keeps its streams apart and its exit code', async () => {
    const { code, stdout, stderr } = await runCommand(['sh', '-c', 'cat; echo err >&2; exit 3'], { stdin: 'in' });
    expect([code, String(stdout), stderr]).toEqual([3, 'in', 'err\n']);
  });

  it('has the code of a shell when a signal ended it', async () => {
    const running = startCommand(['sh', '-c', 'echo ready; sleep 60']);
    await running.until(/ready/);
    running.kill('SIGTERM');
    expect((await running.finished).code).toBe(143);
  });

  it('is ended when it takes too long, with what it started', async () => {
    await expect(runCommand(['sh', '-c', 'sleep 60 & wait'], { limit: 50 })).rejects.toThrow('took longer than 0.05 s');
  });

  it('is ended with the run', async () => {
    await expect(runCommand(['sleep', '60'], { signal: AbortSignal.abort() })).rejects.toThrow('ended with the run');
  });

  it('that does not exist is an error', async () => {
    await expect(runCommand(['no-such-program'])).rejects.toThrow('no-such-program');
  });

  it('may run in a terminal, with its words and its exit code', async () => {
    const { code, stdout } = await runCommand(
      inTerminal(['sh', '-c', 'test -t 1 && printf "%s." "$@"; exit 4', 'x', "it's", '$HOME', 'a b']),
    );
    expect([code, String(stdout)]).toEqual([4, "it's.$HOME.a b."]);
  });
});
