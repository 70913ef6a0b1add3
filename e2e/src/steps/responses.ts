import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Response } from '@whoran/contracts';
import type { Kubectl } from '../cluster/kubectl.ts';
import { PODS, type Stage, auditCheck } from '../stage.ts';
import { FORBIDDEN } from '../whoran/router-files.ts';
import { checkPods } from './responses-to-pods.ts';
import { checkCredentials } from './responses-to-credentials.ts';

/** An API server keeps its audit events back for some time. Milliseconds. */
const ALERT_LIMIT = 45_000;
/** From the response to the refusal of an exec, with the time that kubectl takes. Milliseconds. */
const REFUSAL_LIMIT = 1000;

/** What is done about users: by a route when a rule fires on a real exec, and by people. */
export async function checkResponses(stage: Stage): Promise<void> {
  stage.checks.section('Responses');
  await checkAutomatic(stage);
  await checkQuarantine(stage);
  await checkCredentials(stage);
  await checkPods(stage);
}

async function checkAutomatic(stage: Stage): Promise<void> {
  const { awkward, cli, jane } = stage;
  let id = '';
  await auditCheck(stage, 'a rule fires on an exec, and the route keeps the user out within a second', async () => {
    await awkward.text(['exec', PODS.shell, '--', 'true', FORBIDDEN]);
    const response = await responseOf(stage, (each) => each.target.user === awkward.username && each.state === 'done');
    id = response.id;
    const began = Date.now();
    const { code, stderr } = await awkward.run(['exec', PODS.shell, '--', 'true']);
    const took = Date.now() - began;
    assert.notEqual(code, 0);
    assert.match(stderr, /exec refused by whoran: .*is quarantined until .*: rule Forbidden command: ask the security team/s);
    assert.ok(took < REFUSAL_LIMIT, `it took ${took} ms`);
    const [alerted, done] = [response.createdAt, response.changedAt].map((time) => Date.parse(time));
    return `done ${(done ?? 0) - (alerted ?? 0)} ms after the alert was routed, refused ${took} ms later`;
  });
  await auditCheck(stage, 'others are not concerned', async () => void (await jane.text(['exec', PODS.shell, '--', 'true'])));
  await auditCheck(stage, 'attach, port-forward and debug are refused, too', () => assertShut(stage, awkward));
  await auditCheck(stage, 'undone, exec works again', async () => {
    await cli.text('response', 'undo', id);
    await awkward.text(['exec', PODS.shell, '--', 'true']);
  });
  await auditCheck(stage, 'forensics has the record of it', async () => {
    const text = await cli.text('responses', 'show', id, '-o', 'json');
    assert.match(text, /"undone"/);
  });
}

async function assertShut({ shape }: Stage, user: Kubectl): Promise<void> {
  const attempts = [
    ['attach', PODS.shell],
    ['port-forward', `pod/${PODS.shell}`, ':1'],
    ['debug', PODS.shell, `--image=${shape.image}`, '--image-pull-policy=Never', '-c', 'shut', '--', 'true'],
  ];
  for (const args of attempts) {
    const { code, stderr } = await user.run(args);
    assert.notEqual(code, 0, args.join(' '));
    assert.match(stderr, /refused by whoran/, args.join(' '));
  }
}

/** By a person: a group, with the break-glass group still getting in. */
async function checkQuarantine(stage: Stage): Promise<void> {
  const { checks, cli, jane, rescuer, robot } = stage;
  const group = 'system:authenticated';
  let id = '';
  await checks.check('a group is kept out: everybody who is logged in', async () => {
    const text = await cli.text('response', 'quarantine', '--group', group, '--reason', 'nobody now', '--for', '10m', '-o', 'json');
    id = (JSON.parse(text) as Response).id;
    for (const user of [jane, robot]) {
      const { code, stderr } = await user.run(['exec', PODS.shell, '--', 'true']);
      assert.notEqual(code, 0);
      assert.match(stderr, /nobody now/);
    }
  });
  await checks.check('and the break-glass group gets in all the same', async () => {
    await rescuer.text(['exec', PODS.shell, '--', 'true']);
  });
  await checks.check('undone, they get in again', async () => {
    await cli.text('response', 'undo', id);
    await jane.text(['exec', PODS.shell, '--', 'true']);
  });
}

async function responseOf({ cli, signal }: Stage, isIt: (response: Response) => boolean): Promise<Response> {
  for (const until = Date.now() + ALERT_LIMIT; ; await sleep(50, undefined, { signal })) {
    const found = (JSON.parse(await cli.text('response', 'list', '-o', 'json')) as Response[]).find(isIt);
    if (found) return found;
    assert.ok(Date.now() < until, `nothing was done within ${ALERT_LIMIT / 1000} s`);
  }
}
