import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { CommandRecord, Page } from '@whoran/forensics-api';
import { World } from './world.ts';

/** Jane runs `kubectl exec api-0 -- ls /etc`. Who listed /etc? */
let world: World;
beforeAll(async () => {
  world = await World.open();
});
afterAll(() => world.close());

it('goes from the API server to an answer', async () => {
  // The webhook puts a signed token and the user in front of the command, as words of their own.
  const argv = await world.exec(['ls', '/etc']);
  expect(argv).toEqual([
    '/usr/bin/env',
    expect.stringMatching(/^SEC_SESSION=1\.k\w+\.[\w-]{22}\.[\w-]{86}$/),
    'SEC_USER_ID=jane@example.com',
    'ls',
    '/etc',
  ]);

  // The kubelet runs it: one process, two programs, and Falco sees both.
  const process = world.process({ pid: 1000, vpid: 10 });
  await world.runs(process, argv);
  await world.runs(process, ['ls', '/etc']);

  // The token stands where only the webhook puts it, it is signed, for this pod, and fresh: this is the root of the session.
  const [answer] = await world.answersTo('ls /etc');
  expect(answer?.attribution).toMatchObject({
    evidence: 'root',
    session: { kind: 'exec', user: { username: 'jane@example.com' }, command: ['ls', '/etc'] },
  });

  // And it can be searched.
  const { items } = await world.search<Page<CommandRecord>>('/api/v1/commands?user=jane@example.com&text=ls%20/etc');
  expect(items.map(({ pod, commandLine, user }) => [pod, commandLine, user?.name])).toContainEqual([
    'api-0',
    'ls /etc',
    'jane@example.com',
  ]);
});

it('believes no token that stands elsewhere', async () => {
  const argv = await world.exec(['ls', '/etc']);
  const thief = await world.forks(world.process({ pid: 2000, vpid: 20 }), { pid: 2001, vpid: 21 });
  await world.runs(thief, argv);
  await world.runs(thief, ['cat', '/etc/shadow']);
  const [answer] = (await world.answersTo('cat /etc/shadow')).slice(-1);
  expect(answer?.attribution.session).toBeUndefined();
});
