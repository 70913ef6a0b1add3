/** Starts a PostgreSQL server of its own for tests: a fresh cluster in a temporary folder, on a free loopback port. */
import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const HOW_TO_INSTALL =
  'PostgreSQL server programs (initdb, postgres) were not found in PATH or /usr/lib/postgresql. Install them:\n' +
  '  Debian, Ubuntu: apt-get install postgresql     Fedora: dnf install postgresql-server\n' +
  '  Alpine: apk add postgresql                     macOS: brew install postgresql';
const START_LIMIT = 30_000;

/** Resolves with the URL of a server that listens, and how to stop and remove it. */
export async function startPostgres() {
  const bin = findPrograms() ?? installPrograms();
  const owner = unprivilegedUser();
  const folder = mkdtempSync(join(tmpdir(), 'whoran-postgres-'));
  if (owner) chownSync(folder, owner.uid, owner.gid);
  const data = join(folder, 'data');
  const asOwner = owner ? { uid: owner.uid, gid: owner.gid } : {};
  const options = { ...asOwner, cwd: folder, env: { ...process.env, LC_ALL: 'C', HOME: folder } };
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'], {
    ...options,
    stdio: ['ignore', 'ignore', 'inherit'],
  });

  const port = await freePort();
  const settings = [
    'fsync=off',
    'synchronous_commit=off',
    'full_page_writes=off',
    `unix_socket_directories=${folder}`,
    'listen_addresses=127.0.0.1',
  ];
  const server = spawn(join(bin, 'postgres'), ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])], {
    ...options,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  server.stderr.on('data', (chunk) => {
    log = (log + chunk).slice(-10_000);
  });
  const exited = new Promise((resolve) => server.once('exit', resolve));
  const stop = async () => {
    server.kill('SIGINT'); // fast shutdown
    await exited;
    rmSync(folder, { recursive: true, force: true });
  };
  // Nothing is left behind when the caller is ended in the middle.
  process.once('exit', () => server.kill('SIGQUIT'));
  try {
    await untilReady(() => log, server);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `postgres://postgres@127.0.0.1:${port}/postgres`, stop };
}

function findPrograms() {
  const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql').sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...versions.map((version) => `/usr/lib/postgresql/${version}/bin`)];
  return folders.find((folder) => folder !== '' && ['initdb', 'postgres'].every((name) => existsSync(join(folder, name))));
}

function installPrograms() {
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) throw new Error(HOW_TO_INSTALL);
  process.stderr.write('installing PostgreSQL for the tests (apt-get install postgresql)\n');
  const options = { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  try {
    execFileSync('apt-get', ['update', '-qq'], options);
    execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'postgresql'], options);
  } catch (error) {
    throw new Error(`apt-get could not install it (${error.message}).\n${HOW_TO_INSTALL}`, { cause: error });
  }
  const found = findPrograms();
  if (!found) throw new Error(HOW_TO_INSTALL);
  return found;
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

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

async function untilReady(log, server) {
  const end = Date.now() + START_LIMIT;
  while (!log().includes('ready to accept connections')) {
    if (server.exitCode !== null || Date.now() > end) throw new Error(`PostgreSQL did not start:\n${log()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
