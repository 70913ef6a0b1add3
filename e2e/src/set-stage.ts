import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { JsonLogger, type Shutdown } from '@whoran/service-kit';
import { installPackages } from './cluster/install-packages.ts';
import { Kubectl } from './cluster/kubectl.ts';
import { type LocalCluster, startLocalCluster } from './cluster/local-cluster.ts';
import { ROBOT, testObjects } from './cluster/make-objects.ts';
import { AWKWARD, JANE, ONCALL, type Person, RESCUER, RESPONDER, VISITOR, actingAs, writeKubeconfig } from './cluster/people.ts';
import { podShape } from './cluster/pods.ts';
import type { CheckList } from './run/check-list.ts';
import type { Options } from './run/options.ts';
import type { RunContext } from './run-steps.ts';
import { PODS, type Stage } from './stage.ts';
import { audited } from './whoran/audited.ts';
import { Cli } from './whoran/cli.ts';
import { RecentLog } from './whoran/recent-log.ts';
import { type Prepared, auditUrl, prepareWhoran, startWhoran } from './whoran/start-whoran.ts';

const STOP_LIMIT = 30_000;
const DOWN_LIMIT = 60_000;

/** What setting the stage works with. */
export interface Surroundings {
  readonly options: Options;
  readonly checks: CheckList;
  readonly signal: AbortSignal;
  readonly log: RecentLog;
  readonly say: (line: string) => void;
  /** Gets what undoes each thing that is made. */
  readonly shutdown: Shutdown;
}

/** Makes everything that the steps need: cluster, whoran, people, pods. The webhook is not known to the cluster yet. */
export async function setStage(around: Surroundings): Promise<{ readonly stage: Stage; readonly context: Omit<RunContext, 'print'> }> {
  const { options, signal, say, shutdown } = around;
  const folder = mkdtempSync(join(tmpdir(), 'whoran-e2e-'));
  shutdown.add('temporary folder', () => rmSync(folder, { recursive: true, force: true }));
  const webhook = options.webhookUrl === undefined ? { host: '127.0.0.1', port: 0 } : addressOf(options.webhookUrl);
  const prepared = await prepareWhoran(join(folder, 'whoran'), webhook.host);
  const local = options.target.kind === 'script' ? await ownCluster(around, options.target.file, prepared) : undefined;
  const kubeconfig = local?.kubeconfig ?? (options.target.kind === 'kubeconfig' ? options.target.file : '');
  const admin = new Kubectl(kubeconfig, 'administrator', signal);
  await admin.text(['get', '--raw', '/readyz']);

  const source = options.target.kind === 'kubeconfig' ? options.target.audit : undefined;
  const auditLog = source?.kind === 'file' ? source.path : undefined;
  const logger = options.verbose ? JsonLogger.open('info', {}) : around.log;
  const responder = await writeKubeconfig(folder, RESPONDER.word, admin, actingAs(RESPONDER));
  const whoran = await startWhoran(prepared, { kubeconfig, responder, webhook, auditLog, logger });
  shutdown.add('whoran', async () => void (await whoran.services.stop()), STOP_LIMIT);

  const objects = testObjects(admin);
  shutdown.add('objects in the cluster', () => objects.remove(), DOWN_LIMIT);
  const listening = await audited({ source, host: webhook.host, target: whoran.auditTarget, shutdown });
  say(`making namespace ${objects.namespace}`);
  await objects.makeNamespace();
  const shape = await podShape(admin, options);
  await objects.makePods(shape);
  const people = await kubeconfigs(admin, { folder, namespace: objects.namespace, local });
  const stage: Stage = {
    ...people,
    checks: around.checks,
    signal,
    namespace: objects.namespace,
    shape,
    bareCommand: options.bareCommand,
    admin,
    whoran,
    cli: new Cli(whoran.services.forensics.url, signal, {
      WHORAN_ROUTER_URL: whoran.services.router.url,
      WHORAN_ROUTER_TOKEN: whoran.tokens.ana,
    }),
    auditMissing: await listening(() => whoran.audit.hasHeardOf(objects.namespace), signal),
  };
  return { stage, context: { folder, installWebhook: () => objects.installWebhook(whoran.webhook, () => isInjected(stage)) } };
}

async function ownCluster(
  { signal, say, shutdown }: Surroundings,
  script: string,
  { auditPort, auditToken, tls }: Prepared,
): Promise<LocalCluster> {
  await installPackages(signal, say);
  const audit = { url: auditUrl(auditPort), token: auditToken, caFile: tls.caFile };
  return startLocalCluster({ script, audit, signal, say, onLeave: (down) => shutdown.add('cluster', down, DOWN_LIMIT) });
}

type People = Pick<Stage, 'jane' | 'awkward' | 'robot' | 'oncall' | 'rescuer' | 'visitor'>;

/** Certificates where the cluster makes them; elsewhere the administrator acts as these people. */
async function kubeconfigs(admin: Kubectl, where: { folder: string; namespace: string; local: LocalCluster | undefined }): Promise<People> {
  const { folder, namespace, local } = where;
  const acting = (person: Person) => writeKubeconfig(folder, person.word, admin, actingAs(person));
  const token = await admin.text(['-n', namespace, 'create', 'token', ROBOT, '--duration=1h']);
  const robot = await writeKubeconfig(folder, ROBOT, admin, () => ({ token: token.trim() }));
  const as = async (person: Person, path: string | Promise<string>) => admin.inNamespace(namespace, await path, person.username);
  return {
    jane: await as(JANE, local ? local.user(JANE) : acting(JANE)),
    awkward: await as(AWKWARD, local ? local.user(AWKWARD) : acting(AWKWARD)),
    oncall: await as(ONCALL, acting(ONCALL)),
    rescuer: await as(RESCUER, acting(RESCUER)),
    visitor: await as(VISITOR, acting(VISITOR)),
    robot: admin.inNamespace(namespace, robot, `system:serviceaccount:${namespace}:${ROBOT}`),
  };
}

async function isInjected({ jane, signal }: Stage): Promise<boolean> {
  const output = await jane.text(['exec', PODS.shell, '--', 'env']);
  if (output.includes('SEC_SESSION=')) return true;
  await sleep(500, undefined, { signal });
  return false;
}

function addressOf(url: string): { readonly host: string; readonly port: number } {
  const { hostname, port } = new URL(url);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 443) };
}
