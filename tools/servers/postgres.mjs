/** Starts a PostgreSQL server of its own for tests: a fresh cluster on a free loopback port, removed when it is stopped. */
import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findPrograms, freePort, installPackages, runServer, serverFolder } from './server-process.mjs';

const HOW_TO_INSTALL =
  'PostgreSQL server programs (initdb, postgres) were not found in PATH or /usr/lib/postgresql. Install them:\n' +
  '  Debian, Ubuntu: apt-get install postgresql     Fedora: dnf install postgresql-server\n' +
  '  Alpine: apk add postgresql                     macOS: brew install postgresql';
const SETTINGS = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'listen_addresses=127.0.0.1'];

/**
 * Resolves with the URL of a server that listens, and how to end it. A given folder keeps its data, so that a server started
 * on it later goes on where this one ended.
 */
export async function startPostgres(options = {}) {
  const bin = programs();
  const owner = unprivilegedUser();
  const { folder, temporary } = serverFolder('postgres', options.folder);
  if (owner) chownSync(folder, owner.uid, owner.gid);
  const data = join(folder, 'data');
  const spawning = { ...owner, cwd: folder, env: { ...process.env, LC_ALL: 'C', HOME: folder } };
  if (!existsSync(join(data, 'PG_VERSION'))) {
    execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'], {
      ...spawning,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
  const port = options.port ?? (await freePort());
  const settings = [...SETTINGS, `unix_socket_directories=${folder}`].flatMap((setting) => ['-c', setting]);
  const server = await runServer({
    name: 'PostgreSQL',
    program: join(bin, 'postgres'),
    args: ['-D', data, '-p', String(port), ...settings],
    options: spawning,
    folder,
    temporary,
    isReady: (log) => log.includes('ready to accept connections'),
    stopSignal: 'SIGINT', // fast shutdown
  });
  return { ...server, port, url: `postgres://postgres@127.0.0.1:${port}/postgres` };
}

function programs() {
  const find = () => findPrograms(['initdb', 'postgres'], debianFolders);
  let found = find();
  if (found === undefined) {
    installPackages(['postgresql'], HOW_TO_INSTALL);
    found = find();
  }
  if (found === undefined) throw new Error(HOW_TO_INSTALL);
  return found;
}

function debianFolders() {
  const root = '/usr/lib/postgresql';
  if (!existsSync(root)) return [];
  return readdirSync(root)
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(root, version, 'bin'));
}

/** PostgreSQL refuses to run as root. */
function unprivilegedUser() {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    try {
      const id = (flag) => Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
      return { uid: id('-u'), gid: id('-g') };
    } catch {
      // this user does not exist; the next one may
    }
  }
  throw new Error('PostgreSQL does not run as root, and neither user postgres nor nobody exists: run the tests as another user');
}
