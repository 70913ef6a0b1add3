import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { SessionDetail } from '@whoran/forensics-api';
import { type Process, World } from './world.ts';

/** Jane's shell starts a daemon that forks twice, clears its environment and outlives the shell. Whose is it? */
let world: World;
let shell: Process;
beforeAll(async () => {
  world = await World.open();
  const argv = await world.exec(['sh']);
  shell = world.process({ pid: 1000, vpid: 10 });
  await world.runs(shell, argv);
  await world.runs(shell, ['sh']);
});
afterAll(() => world.close());

it('follows children, whatever becomes of their environment', async () => {
  const child = await world.forks(shell, { pid: 1001, vpid: 11 });
  await world.runs(child, ['env', '-i', 'cat', '/etc/hosts']);
  const [answer] = await world.answersTo('env -i cat /etc/hosts');
  expect(answer?.attribution).toMatchObject({ evidence: 'lineage', session: { user: { username: 'jane@example.com' } } });
});

it('remembers a lineage that the kernel has forgotten', async () => {
  const first = await world.forks(shell, { pid: 1002, vpid: 12 });
  const second = await world.forks(first, { pid: 1003, vpid: 13 });
  await world.pass(60_000);

  // Its parents are gone: now the container's first process is its parent, which proves nothing.
  const main = world.process({ pid: 100, vpid: 1 });
  await world.runs({ ...second, parent: main }, ['nc', '-l', '4444']);
  const [answer] = await world.answersTo('nc -l 4444');
  expect(answer?.attribution).toMatchObject({ evidence: 'lineage', session: { user: { username: 'jane@example.com' } } });
});

it('shows one session as the tree that it was', async () => {
  const id = (await world.answersTo('nc -l 4444'))[0]?.attribution.session?.id;
  const { processes } = await world.search<SessionDetail>(`/api/v1/sessions/${id}`);
  const programs = processes.map(({ depth, programs }) => [depth, programs.at(-1)?.commandLine]);
  expect(programs).toEqual(
    expect.arrayContaining([
      [0, 'sh'],
      [1, 'env -i cat /etc/hosts'],
      [2, 'nc -l 4444'],
    ]),
  );
});
