import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { PODS, type Stage, auditCheck } from '../stage.ts';

const READY = 'echo ready; exec sleep 300';

/** What signals do to an exec and to the program behind it. */
export async function checkSignals(stage: Stage): Promise<void> {
  const { checks, jane, cli, namespace } = stage;
  await checks.check('Ctrl-C in a terminal ends the program with 130', async () => {
    const running = jane.startInTerminal(['exec', '-it', PODS.shell, '--', 'sh', '-c', READY]);
    await running.until(/ready/);
    running.write('\u0003');
    assert.equal((await running.finished).code, 130);
  });
  const marker = 'cat-until-kubectl-dies';
  await checks.check('when kubectl is killed, the program reads the end of its input', async () => {
    const running = jane.start(['exec', '-i', PODS.shell, '--', 'sh', '-c', `echo ready; cat; touch /tmp/${marker}`], {
      interactive: true,
    });
    await running.until(/ready/);
    running.kill('SIGTERM');
    await running.finished;
    await untilDone(stage, `/tmp/${marker}`);
  });
  await auditCheck(stage, 'and the session is listed as ended', async () => {
    const { endedAt } = await cli.session(
      ['--namespace', namespace, '--text', marker],
      ({ phase, command }) => phase === 'ended' && command?.some((word) => word.includes('echo ready; cat')) === true,
    );
    return `at ${endedAt}`;
  });
}

async function untilDone({ jane, signal }: Stage, file: string): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    if ((await jane.run(['exec', PODS.shell, '--', 'test', '-e', file])).code === 0) return;
    await sleep(250, undefined, { signal });
  }
  throw new Error('the program in the container still waits for input');
}
