/** What the servers for tests have in common: they are found or installed, started, awaited, and never left behind. */
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const START_LIMIT = 60_000;
const STOP_LIMIT = 20_000;

/** The given folder, which stays, or a new temporary one, which goes with the server. */
export function serverFolder(name, folder) {
  if (folder !== undefined) {
    mkdirSync(folder, { recursive: true });
    return { folder, temporary: false };
  }
  return { folder: mkdtempSync(join(tmpdir(), `whoran-${name}-`)), temporary: true };
}

/**
 * Starts a program and resolves once `isReady` of its log says so. `stop` asks it to end and waits, `kill` ends it at once,
 * `pause` and `resume` freeze it as a network that swallows everything does. It dies with this process, however that ends.
 */
export async function runServer({ name, program, args, options, folder, temporary, isReady, stopSignal = 'SIGTERM' }) {
  const logFile = join(folder, 'server.log');
  const log = openSync(logFile, 'w');
  const server = spawn(program, args, { cwd: folder, ...options, stdio: ['ignore', log, log] });
  closeSync(log);
  const exited = new Promise((resolve) => {
    server.once('exit', resolve);
    server.once('error', resolve);
  });
  const guard = guardOf(server, temporary ? folder : '');
  void exited.then(() => guard.kill());
  const end = async (signal) => {
    server.kill('SIGCONT');
    server.kill(signal);
    const late = setTimeout(() => server.kill('SIGKILL'), STOP_LIMIT);
    await exited;
    clearTimeout(late);
    if (temporary) rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  };
  try {
    await untilReady({ name, server, isReady, logFile });
  } catch (error) {
    await end('SIGKILL');
    throw error;
  }
  return {
    pid: server.pid,
    stop: () => end(stopSignal),
    kill: () => end('SIGKILL'),
    pause: () => void server.kill('SIGSTOP'),
    resume: () => void server.kill('SIGCONT'),
  };
}

/** A shell that reads until this process is gone, and then ends the server and removes its folder: it works after kill -9 too. */
function guardOf(server, folder) {
  const script = 'cat >/dev/null; kill -9 "$1"; test -z "$2" || rm -rf "$2"';
  const guard = spawn('sh', ['-c', script, 'sh', String(server.pid ?? ''), folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  guard.unref();
  guard.stdin.unref();
  return guard;
}

async function untilReady({ name, server, isReady, logFile }) {
  const end = Date.now() + START_LIMIT;
  let failure;
  server.once('error', (error) => (failure = error.message));
  for (;;) {
    const log = readFileSync(logFile, 'utf8');
    if (isReady(log)) return;
    if (server.exitCode !== null || server.signalCode !== null) failure ??= 'it ended';
    if (Date.now() > end) failure ??= `it was not ready after ${START_LIMIT / 1000} s`;
    if (failure !== undefined) throw new Error(`${name} did not start: ${failure}\n${log.slice(-10_000)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The folder of PATH, or of the others given, that holds all these programs; nothing when there is none. */
export function findPrograms(names, others = () => []) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...others()];
  return folders.find((folder) => folder !== '' && names.every((name) => existsSync(join(folder, name))));
}

/** Installs Debian packages when this is Debian and we may; otherwise says how to install them. */
export function installPackages(packages, howToInstall) {
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) throw new Error(howToInstall);
  process.stderr.write(`installing what the tests need (apt-get install ${packages.join(' ')})\n`);
  const options = { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  try {
    execFileSync('apt-get', ['update', '-qq'], options);
    execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], options);
  } catch (error) {
    throw new Error(`apt-get could not install it (${error.message}).\n${howToInstall}`, { cause: error });
  }
}

/** A loopback port that was free a moment ago. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
