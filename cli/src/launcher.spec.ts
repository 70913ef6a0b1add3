import { execFile, spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, jest } from '@jest/globals';

jest.setTimeout(60_000);

const launcher = fileURLToPath(new URL('../bin/whoran.mjs', import.meta.url));
const run = promisify(execFile);
const env = { ...process.env, NODE_OPTIONS: '' };

describe('the launcher', () => {
  it('runs the command line from any folder', async () => {
    const { stdout } = await run(process.execPath, [launcher, 'version'], { cwd: '/', env });
    expect(stdout).toMatch(/^whoran \d/);
  });

  it('passes exit status and messages on', async () => {
    await expect(run(process.execPath, [launcher, 'comands'], { env })).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Did you mean commands?'),
    });
  });

  it('ends quietly when the reader of a pipe has seen enough', async () => {
    const { stdout } = await run(
      'bash',
      ['-c', `"$0" "$1" completion fish | head -n 1; echo "\${PIPESTATUS[0]}"`, process.execPath, launcher],
      { env },
    );
    expect(stdout).toMatch(/^# fish completion.*\n0\n$/);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('ends tail with 0 after %s', async (signal) => {
    const server = createServer((_request, response) => void response.writeHead(200).write('{"type":"heartbeat","time":"now"}\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const child = spawn(process.execPath, [launcher, 'tail', '--server', address], {
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise((resolve) => child.on('exit', (code, killedBy) => resolve(code ?? killedBy)));
    await new Promise((resolve) => child.stdout.once('data', resolve));
    // Ctrl-C reaches every process of the terminal's group, a supervisor's SIGTERM only the launcher.
    process.kill(signal === 'SIGINT' ? -Number(child.pid) : Number(child.pid), signal);
    expect(await ended).toBe(0);
    server.closeAllConnections();
    server.close();
  });
});
