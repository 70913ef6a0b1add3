import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Delivery, type Response, topics } from '@whoran/contracts';
import { forensics } from '@whoran/forensics';
import { type ServiceInSpec, startForSpec } from '@whoran/testing';
import { runInSpec } from '../spec-support/run-in-spec.ts';

/** The embedded database starts within a second, or half a minute on a machine that is busy. */
jest.setTimeout(60_000);

const delivery: Delivery = {
  id: 'pager/alert-1/0',
  notification: 'pager/alert-1/0',
  receiver: 'pager',
  kind: 'slack',
  outcome: 'delivered',
  attempts: 1,
  reason: 'alert',
  createdAt: '2026-01-01T10:00:00Z',
  endedAt: '2026-01-01T10:00:01Z',
  alerts: ['alert-1'],
  total: 1,
  rules: ['A shell', 'Another'],
  users: ['jane@example.com'],
  clusters: ['test'],
};
const proposed: Response = {
  id: '5b0c1b57-0a06-4d9f-9d02-0d5d6d0f6a11',
  revision: 0,
  action: 'quarantine',
  state: 'proposed',
  dryRun: false,
  target: { user: 'jane\u001b[2J', namespace: 'payments', pod: 'api-0' },
  reason: 'a shell\nin payments',
  author: 'ana',
  approvals: [],
  createdAt: '2026-01-01T10:00:00Z',
  changedAt: '2026-01-01T10:00:00Z',
  expiresAt: '2026-01-02T10:00:00Z',
  steps: [{ what: 'quarantine user jane', state: 'planned' }],
};
const steps: Response['steps'] = [{ what: 'quarantine user jane', state: 'failed', error: 'the list is full' }];
const approvals = [{ by: 'bob', at: '2026-01-01T10:01:00Z' }];
const approved: Response = { ...proposed, revision: 1, state: 'approved', approvals, changedAt: '2026-01-01T10:01:00Z' };
const failed: Response = { ...approved, revision: 2, state: 'failed', error: 'nothing was done', steps, changedAt: '2026-01-01T10:01:01Z' };

describe('the record of notifications and responses', () => {
  let running: ServiceInSpec;
  const whoran = (...argv: readonly string[]) => runInSpec(argv, { env: { WHORAN_URL: running.service.url } });

  beforeAll(async () => {
    running = await startForSpec(forensics, { port: 0, dataDir: 'memory' });
    const muted: Delivery = { ...delivery, id: 'muted', receiver: 'chat', outcome: 'muted', error: 'silence s by ana\u001b[2J', users: [] };
    await running.bus.publish(topics.deliveries, [delivery, muted]);
    await running.bus.publish(topics.responses, [
      proposed,
      approved,
      failed,
      { ...proposed, id: 'dry', dryRun: true, action: 'end-session' },
    ]);
    await running.bus.idle();
  });
  afterAll(() => running.service.stop());

  it('shows what was said to whom', async () => {
    const { stdout, stderr } = await whoran('notifications');
    expect(stdout).toMatch(/^TIME \(UTC\) +OUTCOME +RECEIVER +WHY +USER +CLUSTER +ALERTS +RULE +ERROR/);
    expect(stdout).toMatch(/2026-01-01 10:00:01 +delivered +pager +alert +jane@example.com +test +1 +A shell \+1/);
    expect(stdout).toContain('silence s by ana\\x1b[2J');
    expect(stderr).toBe('');
    const found = await whoran(
      'notifications',
      '--user',
      'jane*',
      '--outcome',
      'delivered',
      '--why',
      'alert',
      '--rule',
      'Another',
      '-o',
      'json',
    );
    expect(JSON.parse(found.stdout)).toEqual([delivery]);
    expect((await whoran('notifications', '--receiver', 'chat', '-o', 'csv')).stdout.split('\n')).toHaveLength(3);
    expect((await whoran('notifications', '--alert', 'none')).stderr).toBe('no notifications found\n');
    expect((await whoran('notifications', '--outcome', 'lost')).status).toBe(2);
  });

  it('shows what was done about whom', async () => {
    const { stdout } = await whoran('responses');
    expect(stdout).toMatch(/failed +quarantine +jane\\x1b\[2J, payments\/api-0 +\(all\) +ana +5b0c1b57/);
    expect(stdout).toContain('proposed (dry run)');
    const dry = await whoran('responses', 'list', '--dry-run', 'yes', '--action', 'end-session', '--state', 'proposed', '-o', 'json');
    expect(JSON.parse(dry.stdout)).toEqual([expect.objectContaining({ id: 'dry' })]);
    expect((await whoran('responses', 'list', '--dry-run', 'no', '-o', 'ndjson')).stdout.trim().split('\n')).toHaveLength(1);
    expect((await whoran('responses', '--author', 'bob')).stderr).toBe('no responses found\n');
  });

  it('shows one response with its history', async () => {
    const { stdout } = await whoran('responses', 'show', proposed.id);
    expect(stdout).toContain('failed     quarantine user jane: the list is full');
    expect(stdout).toMatch(/history\n.*10:00:00 proposed\n.*10:01:00 approved, by bob\n.*10:01:01 failed\n$/);
    expect(stdout).not.toContain('\u001b');
    const json = JSON.parse((await whoran('responses', 'show', proposed.id, '-o', 'json')).stdout) as { history: readonly Response[] };
    expect(json.history).toEqual([proposed, approved, failed]);
    expect((await whoran('responses', 'show', proposed.id, '-o', 'csv', '--no-headers')).stdout.match(/quarantine/g)).toHaveLength(3);
    const unknown = await whoran('responses', 'show', '../x');
    expect([unknown.status, unknown.stderr]).toEqual([1, expect.stringContaining('whoran responses lists those that are')]);
  });
});
