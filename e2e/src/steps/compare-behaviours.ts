import assert from 'node:assert/strict';
import { PODS, type Stage } from '../stage.ts';
import { BEHAVIOURS, type Behaviour, EQUALS_PROGRAM, type Outcome, digest, execArguments } from './behaviours.ts';

/** What each behaviour came to while no webhook was there. */
export type Plain = ReadonlyMap<string, Outcome>;

/** Records every behaviour as this cluster has it without whoran. */
export async function recordPlain(stage: Stage): Promise<Plain> {
  stage.checks.section('Without whoran');
  const script = `#!/bin/sh\necho "$0|$1|$2|$3"\nexit 7\n`;
  await stage.jane.text(['exec', '-i', PODS.shell, '--', 'sh', '-c', `cat >${EQUALS_PROGRAM} && chmod +x ${EQUALS_PROGRAM}`], {
    stdin: script,
  });
  const plain = new Map<string, Outcome>();
  await stage.checks.check(`the ${BEHAVIOURS.length} things to compare behave as expected`, async () => {
    for (const behaviour of BEHAVIOURS) {
      const outcome = await run(stage, behaviour);
      plain.set(behaviour.title, outcome);
      assert.deepEqual({ ...outcome, ...behaviour.expected }, outcome, behaviour.title);
    }
  });
  return plain;
}

/** Does the same again, injected: in every byte as before. */
export async function compareBehaviours(stage: Stage, plain: Plain): Promise<void> {
  stage.checks.section('With whoran, exec is as it was without');
  const began = new Date().toISOString();
  for (const behaviour of BEHAVIOURS) {
    await stage.checks.check(behaviour.title, async () => {
      assert.deepEqual(await run(stage, behaviour), plain.get(behaviour.title));
    });
  }
  await stage.checks.check('a program that does not exist fails with 127', async () => {
    const { code, stderr } = await stage.jane.run(['exec', PODS.shell, '--', 'no-such-program']);
    assert.match(stderr, /no-such-program.*No such file/i);
    assert.equal(code, 127);
  });
  await checkInjected(stage, began);
}

/** Without this, a webhook that is never called would pass every comparison. */
async function checkInjected({ checks, cli, jane, namespace }: Stage, began: string): Promise<void> {
  await checks.check('each of these was injected, with sh where the program has "=" in its name', async () => {
    const sessions = await cli.sessions('--namespace', namespace, '--user', jane.username, '--kind', 'exec', '--since', began);
    assert.deepEqual(
      sessions.filter(({ injected }) => !injected),
      [],
    );
    assert.ok(sessions.length > BEHAVIOURS.length, `${sessions.length} sessions`);
    const withSh = sessions.filter(({ strategy }) => strategy === 'sh').map(({ command }) => command?.[0]);
    assert.deepEqual(new Set(withSh), new Set([EQUALS_PROGRAM]));
    return `${sessions.length} sessions`;
  });
}

async function run(stage: Stage, behaviour: Behaviour): Promise<Outcome> {
  const args = execArguments(behaviour);
  const { code, stdout, stderr } = behaviour.tty
    ? await stage.jane.runInTerminal(args)
    : await stage.jane.run(args, behaviour.stdin ? { stdin: behaviour.stdin } : {});
  return { code, stdout: digest(stdout), stderr };
}
