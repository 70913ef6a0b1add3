import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { PODS, type Stage } from '../stage.ts';
import { CLUSTER } from '../whoran/cluster-name.ts';

const WAIT = 20_000;

/**
 * One Falco event about a real session, made up here: no Falco watches this cluster. It shows that the whole path is
 * connected; what real Falco input is worth is measured with recordings (`npm run attribution`).
 */
export async function checkFalcoEvent(stage: Stage): Promise<void> {
  const { checks, awkward, cli, whoran, signal } = stage;
  checks.section('A Falco event, made up: there is no Falco here');
  await checks.check('whoran commands --user names who ran it', async () => {
    const output = await awkward.text(['exec', PODS.shell, '--', 'env']);
    const [session = '', user = ''] = ['SEC_SESSION', 'SEC_USER_ID'].map((name) => new RegExp(`^${name}=(.*)$`, 'm').exec(output)?.[1]);
    const { url } = whoran.services.falco;
    const answer = await fetch(`${url}/clusters/${CLUSTER}/falco/${whoran.auditTarget.token}`, {
      method: 'POST',
      body: programStart(stage, session, user),
      signal,
    });
    assert.equal(answer.status, 200, await answer.text());
    for (const until = Date.now() + WAIT; ; await sleep(250, undefined, { signal })) {
      const text = await cli.text('commands', '--user', awkward.username, '-o', 'ndjson');
      const found = text.split('\n').find((line) => line.includes('"evidence":"root"'));
      if (found !== undefined) return;
      assert.ok(Date.now() < until, `not listed after ${WAIT / 1000} s: ${text}`);
    }
  });
}

/** The start of the injected `env`, as Falco writes it: times are integers above 2^53, which JSON.stringify cannot write. */
function programStart({ namespace }: Stage, session: string, user: string): string {
  const now = BigInt(Date.now()) * 1_000_000n;
  const args = `SEC_SESSION=${session} SEC_USER_ID=${user} env`;
  const fields = {
    'container.id': randomBytes(6).toString('hex'),
    'container.name': 'main',
    'k8s.ns.name': namespace,
    'k8s.pod.name': PODS.shell,
    'evt.type': 'execve',
    'evt.res': 'SUCCESS',
    'evt.num': 1,
    'evt.hostname': 'made-up-node',
    'proc.name': 'env',
    'proc.exepath': '/usr/bin/env',
    'proc.args': args,
    'proc.cmdline': `env ${args}`,
    'proc.cwd': '/',
    'proc.pid': 4_100_001,
    'proc.vpid': 71,
    'proc.ppid': 4_100_000,
    'proc.pvpid': 4_100_000,
    'thread.tid': 4_100_001,
    'thread.ismain': true,
    'proc.env[SEC_SESSION]': '',
    'proc.env[SEC_USER_ID]': '',
    'proc.aenv[SEC_SESSION]': '',
  };
  const event = {
    hostname: 'made-up-node',
    output: 'Process started',
    priority: 'Debug',
    rule: 'Container process started',
    source: 'syscall',
    tags: ['lineage'],
    time: new Date().toISOString(),
    output_fields: fields,
  };
  return JSON.stringify(event).replace(
    '"output_fields":{',
    `"output_fields":{"evt.rawtime":${now},"proc.pid.ts":${now - 1_000_000n},"proc.ppid.ts":${now - 5_000_000_000n},`,
  );
}
