import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runCommand } from '../run/command.ts';

/** What the cluster script needs, by Debian package. A path that begins with / is a file, anything else a program. */
const NEEDED: readonly (readonly [what: string, packageName: string])[] = [
  ['etcd', 'etcd-server'],
  ['containerd', 'containerd'],
  ['runc', 'runc'],
  ['gcc', 'gcc'],
  ['/usr/include/stdio.h', 'libc6-dev'],
  ['iptables', 'iptables'],
  ['conntrack', 'conntrack'],
  ['ip', 'iproute2'],
  ['openssl', 'openssl'],
  ['curl', 'curl'],
  ['perl', 'perl'],
];
/** What has no Debian package of the right version. */
const OTHERS: readonly (readonly [program: string, how: string])[] = [
  ['kubectl', 'https://kubernetes.io/docs/tasks/tools'],
  ['go', '1.24 or later, https://go.dev/doc/install'],
  ['python3', 'apt-get install python3'],
  ['script', 'apt-get install bsdutils'],
];
const APT_LIMIT = 300_000;

/** Installs what a local cluster needs. Rejects, with what is missing and how to get it, where that cannot be done here. */
export async function installPackages(signal: AbortSignal, say: (line: string) => void): Promise<void> {
  const others = OTHERS.filter(([program]) => !isThere(program));
  if (others.length > 0) throw new Error(`missing programs:\n${others.map(([program, how]) => `  ${program}: ${how}`).join('\n')}`);
  if (process.getuid?.() !== 0) throw new Error('a local cluster needs root: run this as root, or name a cluster with --kubeconfig');
  const missing = missingPackages();
  if (missing.length === 0) return;
  if (!isThere('apt-get')) throw new Error(`missing: ${missing.join(', ')} (Debian packages; install what your system calls them)`);
  say(`installing ${missing.join(', ')}`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  for (const command of [
    ['apt-get', 'update', '-q'],
    ['apt-get', 'install', '-qy', '--no-install-recommends', ...missing],
  ]) {
    const { code, stderr } = await runCommand(command, { signal, env, limit: APT_LIMIT });
    if (code !== 0) throw new Error(`${command.join(' ')} failed: ${stderr.slice(-1000)}`);
  }
  // Debian starts the etcd that it installs, on the port of the cluster's own.
  if (missing.includes('etcd-server') && isThere('systemctl')) await runCommand(['systemctl', 'disable', '--now', 'etcd'], { signal });
  const still = missingPackages();
  if (still.length > 0) throw new Error(`still missing after apt-get install: ${still.join(', ')}`);
}

function missingPackages(): readonly string[] {
  return NEEDED.filter(([what]) => !(what.startsWith('/') ? existsSync(what) : isThere(what))).map(([, name]) => name);
}

function isThere(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => isExecutable(join(folder, program)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // looked for, and not there
  }
}
