/** Starts a Redis server of its own for tests, without persistence unless the arguments ask for it. */
import { join } from 'node:path';
import { findPrograms, freePort, installPackages, runServer, serverFolder } from './server-process.mjs';

const HOW_TO_INSTALL =
  'The program redis-server was not found in PATH. Install it:\n' +
  '  Debian, Ubuntu: apt-get install redis-server     Fedora: dnf install redis\n' +
  '  Alpine: apk add redis                            macOS: brew install redis';

/**
 * Resolves with the URL of a server that listens, and how to end it. `args` are passed on and win, such as
 * `['--appendonly', 'yes']` together with a folder that is given again after a restart.
 */
export async function startRedis({ port: wanted, folder: given, args = [] } = {}) {
  const program = join(programs(), 'redis-server');
  const { folder, temporary } = serverFolder('redis', given);
  const port = wanted ?? (await freePort());
  const settings = ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder, '--save', '', '--appendonly', 'no'];
  const server = await runServer({
    name: 'Redis',
    program,
    args: [...settings, ...args],
    folder,
    temporary,
    isReady: (log) => log.includes('Ready to accept connections'),
  });
  return { ...server, port, url: `redis://127.0.0.1:${port}` };
}

function programs() {
  const find = () => findPrograms(['redis-server']);
  let found = find();
  if (found === undefined) {
    installPackages(['redis-server'], HOW_TO_INSTALL);
    found = find();
  }
  if (found === undefined) throw new Error(HOW_TO_INSTALL);
  return found;
}
