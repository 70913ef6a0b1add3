import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { AlertRecord, Page } from '@whoran/forensics-api';
import { type Process, World } from './world.ts';

/** Jane reads /etc/shadow. The alert that leaves names her, and leaves once. */
let world: World;
let shell: Process;
const RULE = {
  rule: 'Read sensitive file untrusted',
  priority: 'Warning',
  tags: ['maturity_stable'],
  output: 'Sensitive file opened',
  message: 'Sensitive file opened',
};
beforeAll(async () => {
  world = await World.open();
  const argv = await world.exec(['cat', '/etc/shadow']);
  shell = world.process({ pid: 1000, vpid: 10 });
  await world.runs(shell, argv);
  await world.runs(shell, ['cat', '/etc/shadow']);
});
afterAll(() => world.close());

it('leaves with the user in it, as a Falco event that every receiver of Falco understands', async () => {
  await world.falco(shell, { 'evt.type': 'openat', 'proc.cmdline': 'cat /etc/shadow', 'fd.name': '/etc/shadow' }, RULE);
  await world.pass(5000);

  expect(world.alerts).toHaveLength(1);
  const [alert] = world.alerts;
  expect(alert).toMatchObject({
    rule: RULE.rule,
    priority: 'Warning',
    output_fields: { 'fd.name': '/etc/shadow', 'k8s.user.name': 'jane@example.com', 'exec.evidence': 'root' },
  });
  expect(alert?.message).toContain('user=jane@example.com');
  expect(world.printed).toEqual([
    expect.stringMatching(/Warning.*Read sensitive file untrusted.*user=jane@example\.com.*payments\/api-0.*cat \/etc\/shadow/),
  ]);
});

it('does not leave for what happens all the time', () => {
  // Program starts are lineage: they are stored and searched, and wake nobody.
  expect(world.alerts.filter(({ rule }) => rule === 'Container process started')).toEqual([]);
});

it('is found again beside the session', async () => {
  const { items } = await world.search<Page<AlertRecord>>('/api/v1/alerts?user=jane@example.com');
  expect(items.map(({ rule, user }) => [rule, user?.name])).toEqual([[RULE.rule, 'jane@example.com']]);
});
