import { mkdtempSync, realpathSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { runCommand } from '../run/command.ts';
import type { Person } from './people.ts';

/** The first time, its programs are compiled. */
const UP_LIMIT = 1_500_000;
/** Where the script's API server, etcd and their peers listen: it can run only once on a machine. */
const PORTS = [6443, 2379, 2380];

/** A cluster that the script brought up for this run. */
export interface LocalCluster {
  readonly kubeconfig: string;
  /** Writes the kubeconfig of a user with a certificate. */
  user(person: Person): Promise<string>;
}

/** How it is brought up. */
export interface LocalClusterOptions {
  readonly script: string;
  /** Where the API server posts audit events. It sends a token over https only. */
  readonly audit: { readonly url: string; readonly token: string; readonly caFile: string };
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  /** Takes what takes the cluster down; called before anything is started. */
  readonly onLeave: (down: () => Promise<void>) => void;
}

/** Brings a cluster up, in a folder of its own. Its programs are kept for the next time, where the script keeps them. */
export async function startLocalCluster(options: LocalClusterOptions): Promise<LocalCluster> {
  const { audit, signal, say } = options;
  const script = realpathSync(options.script);
  await refuseSecond(script);
  const home = mkdtempSync('/var/tmp/whoran-cluster-');
  const env = { CLUSTER_HOME: home, AUDIT_URL: audit.url, AUDIT_TOKEN: audit.token, AUDIT_CA: audit.caFile };
  options.onLeave(async () => {
    const { code, stderr } = await runCommand(['bash', script, 'down'], { env });
    if (code !== 0) throw new Error(`the cluster in ${home} could not be taken down: ${stderr.slice(-500)}`);
  });
  say(`bringing a cluster up in ${home} (the first time, its programs are compiled: about six minutes)`);
  const up = await runCommand(['bash', script, 'up'], { env, signal, limit: UP_LIMIT });
  if (up.code !== 0) throw new Error(`${script} up failed:\n${up.stderr.slice(-3000)}`);
  return {
    kubeconfig: join(home, 'admin.kubeconfig'),
    user: async ({ word, username, groups }) => {
      const { code, stdout, stderr } = await runCommand(['bash', script, 'user', word, username, ...groups], { env, signal });
      if (code !== 0) throw new Error(`no certificate for ${word}: ${stderr}`);
      return stdout.toString().trim();
    },
  };
}

async function refuseSecond(script: string): Promise<void> {
  const taken = (await Promise.all(PORTS.map(async (port) => ((await isOpen(port)) ? port : undefined)))).filter(
    (port) => port !== undefined,
  );
  if (taken.length === 0) return;
  throw new Error(
    `port ${taken.join(', ')} of 127.0.0.1 is in use. If it is a cluster of this script, take it down (${script} down) or test it: --kubeconfig <its admin.kubeconfig>`,
  );
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
