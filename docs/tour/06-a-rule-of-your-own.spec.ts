import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { World } from './world.ts';

/** A rule file in Falco's language asks who it was. Jane, who is in the group sre, may read /etc/shadow; nobody else may. */
const RULES = `
- rule: Shadow file read by a stranger
  desc: Somebody outside the group sre read /etc/shadow through kubectl exec.
  condition: evt.type = execve and proc.name = cat and proc.args = /etc/shadow and not k8s.user.groups intersects (sre)
  output: Shadow file read (user=%k8s.user.name command=%proc.cmdline)
  priority: WARNING

- rule: Exec
  desc: Every exec, from the audit log.
  condition: ka.stage = ResponseStarted and exec.kind = exec
  output: "%k8s.user.name ran %exec.command in %ka.target.name"
  source: k8s_audit
  priority: NOTICE
`;
const READ = ['cat', '/etc/shadow'];
let world: World;
const told = () => world.alerts.map(({ rule, message }) => [rule, message]);
beforeAll(async () => {
  world = await World.open({ rules: RULES });
});
afterAll(() => world.close());

it('runs over what Falco saw, with the user as fields', async () => {
  const argv = await world.exec(READ);
  const janes = world.process({ pid: 1000, vpid: 10 });
  await world.runs(janes, argv);
  await world.runs(janes, READ);
  await world.pass(5000);
  expect(told()).toEqual([]);
});

it('runs over the audit log, too', async () => {
  await world.audit(READ, world.now(), '4cf8e840-6049-4b78-959e-559b16d942a4');
  expect(told()).toEqual([['Exec', 'jane@example.com ran cat /etc/shadow in api-0']]);
});

it('raises an alert for everybody that it is about', async () => {
  const joe = { username: 'joe@example.com', groups: ['dev', 'system:authenticated'] };
  const argv = await world.exec(READ, { user: joe, session: '0f6b2ac1-8f0e-4f0e-9d3e-6a1d2c3b4a59' });
  const joes = world.process({ pid: 2000, vpid: 20 });
  await world.runs(joes, argv);
  await world.runs(joes, READ);
  await world.pass(5000);
  expect(told().slice(1)).toEqual([['Shadow file read by a stranger', 'Shadow file read (user=joe@example.com command=cat /etc/shadow)']]);
});

it('counts somebody unknown as everybody else, and says so when more is known', async () => {
  const shell = world.process({ pid: 3000, vpid: 30 });
  await world.runs(shell, READ);
  await world.pass(5000);
  expect(told().at(-1)).toEqual(['Shadow file read by a stranger', 'Shadow file read (user=<NA> command=cat /etc/shadow)']);

  // Jane got in without the webhook; the audit log tells of it late.
  await world.audit(READ, world.now() - 5020, undefined);
  await world.pass(5000);
  expect(world.alerts.at(-1)).toMatchObject({ rule: 'Shadow file read by a stranger', priority: 'Debug', tags: ['withdrawn'] });
});
