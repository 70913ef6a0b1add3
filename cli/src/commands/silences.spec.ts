import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { alertRouter } from '@whoran/alert-router';
import { topics } from '@whoran/contracts';
import { LineWriter } from '@whoran/outputs';
import type { GettableSilence, SilencePreview } from '@whoran/routing';
import { type ServiceInSpec, anAttributedEvent, startForSpec } from '@whoran/testing';
import type { CliIo } from '../io.ts';
import { runInSpec } from '../spec-support/run-in-spec.ts';

const TOKEN = 'a-token-of-the-spec';

class Nowhere extends LineWriter {
  override async write(): Promise<void> {}
}

describe('whoran silences', () => {
  let router: ServiceInSpec;
  let folder: string;
  const whoran = (argv: readonly string[], different: Partial<CliIo> = {}) =>
    runInSpec(['silences', ...argv], {
      ...different,
      env: { WHORAN_ROUTER_URL: router.service.url, WHORAN_ROUTER_TOKEN: TOKEN, USER: 'bob', ...different.env },
    });
  const add = async (...argv: readonly string[]) => (await whoran(['add', ...argv, '--comment', 'a migration'])).stdout.trim();
  const list = async (...argv: readonly string[]) =>
    JSON.parse((await whoran(['list', '-o', 'json', ...argv])).stdout) as readonly GettableSilence[];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'silences-'));
    router = await startForSpec(alertRouter, { port: 0, apiTokens: TOKEN, stdout: new Nowhere() });
    const event = anAttributedEvent({ rule: 'A shell', priority: 'Warning', tags: [], time: new Date().toISOString() });
    await router.bus.publish(topics.attributedEvents, [event]);
    await router.bus.idle();
  }, 60_000);
  afterAll(async () => {
    await router.service.stop();
    rmSync(folder, { recursive: true });
  });

  it('adds, lists and ends silences', async () => {
    expect(await whoran([])).toEqual({ status: 0, stdout: '', stderr: 'no silences found\n' });
    const id = await add('namespace=payments', 'user=~"ci-.*"', '"proc.name"!=bash', '--for', '2h');
    const [silence] = await list();
    expect(silence).toMatchObject({
      id,
      createdBy: 'bob',
      comment: 'a migration',
      status: { state: 'active' },
      matchers: [
        { name: 'namespace', value: 'payments', isRegex: false, isEqual: true },
        { name: 'user', value: 'ci-.*', isRegex: true, isEqual: true },
        { name: 'proc.name', value: 'bash', isRegex: false, isEqual: false },
      ],
    });
    // It begins when the router gets it.
    expect((Date.parse(silence?.endsAt ?? '') - Date.parse(silence?.startsAt ?? '')) / 60_000).toBeCloseTo(120, 0);
    const table = await whoran([]);
    expect(table.stdout).toMatch(/^ID +STATE +BEGINS \(UTC\) +ENDS \(UTC\) +AUTHOR +MATCHERS +COMMENT/);
    expect(table.stdout).toContain('{namespace="payments",user=~"ci-.*","proc.name"!="bash"}');
    expect((await whoran(['list', '-o', 'csv', '--no-headers'])).stdout).toMatch(new RegExp(`^${id},active,`));

    expect(await whoran(['expire', id])).toEqual({ status: 0, stdout: '', stderr: 'expired\n' });
    expect([(await list()).length, (await list('--state', 'all')).map(({ status }) => status.state)]).toEqual([0, ['expired']]);
    expect((await whoran(['expire', id])).status).toBe(0);
  });

  it('begins and ends when it is told', async () => {
    const id = await add('rule=x', '--from', '2099-01-01T00:00:00Z', '--until', '2099-01-02T00:00:00+01:00', '--author', 'ana');
    expect((await list('--state', 'pending'))[0]).toMatchObject({ id, createdBy: 'ana', endsAt: '2099-01-01T23:00:00.000000000Z' });
    await whoran(['expire', id]);
  });

  it('previews what would be muted', async () => {
    const run = await whoran(['preview', 'namespace=payments']);
    expect(run.stdout).toMatch(/^RAISED \(UTC\) .*\n.* Warning +jane@example\.com +test +payments\/api-0 +A shell\n$/);
    expect(run.stderr).toBe('would have muted 1 of the 1 alerts of the last 1h that the router remembers\n');
    const json = await whoran(['preview', 'namespace=other', '--since', '30m', '-o', 'json']);
    expect(JSON.parse(json.stdout) as SilencePreview).toEqual({ alerts: 1, muted: 0, examples: [] });
    expect((await whoran(['preview', 'rule=~A.*', '-o', 'ndjson'])).stdout.split('\n')).toHaveLength(2);
  });

  it.each([
    [['add', 'namespace=payments'], 2, "required option '--comment <text>'"],
    [['add', '--comment', 'x'], 2, "missing required argument 'matchers'"],
    [['add', 'payments', '--comment', 'x'], 2, 'is not a matcher'],
    [['add', 'nmespace=x', '--comment', 'x'], 2, '"nmespace"'],
    [['add', 'user=~.*', '--comment', 'x'], 2, 'would mute every alert'],
    [['add', 'user=x', '--comment', ' '], 2, 'comment is empty'],
    [['add', 'user=x', '--comment', 'x', '--for', '0s'], 2, 'It must be a span'],
    [['add', 'user=x', '--comment', 'x', '--until', 'tomorrow'], 2, 'It must be a time'],
    [['add', 'user=x', '--comment', 'x', '--until', '2020-01-01T00:00:00Z'], 2, 'ends before it begins'],
    [['add', 'user=x', '--comment', 'x', '--for', '1h', '--until', '2099-01-01T00:00:00Z'], 2, 'cannot be used with'],
    [['expire', 'none'], 1, 'no silence has this id'],
    [['expire', '../../metrics'], 1, 'no silence has this id'],
    [['preview', 'user=x\u001b[2J\n'], 0, 'would have muted 0'],
  ])('%p ends with %i', async (argv, status, message) => {
    const run = await whoran(argv);
    expect([run.status, run.stdout]).toEqual([status, '']);
    expect(run.stderr).toContain(message);
    expect(run.stderr).not.toContain('\u001b');
  });

  it('says where the router is looked for, and where its token is to be', async () => {
    expect((await whoran([], { env: { WHORAN_ROUTER_TOKEN: '' } })).stderr).toContain('needs a token: put it into WHORAN_ROUTER_TOKEN');
    expect((await whoran([], { env: { WHORAN_ROUTER_TOKEN: 'wrong' } })).stderr).toContain('does not accept this token');
    expect((await whoran(['--router', 'ftp://x'])).stderr).toContain('--router or WHORAN_ROUTER_URL must be an address');
    expect((await whoran(['--router', 'http://127.0.0.1:1'])).stderr).toContain(
      'is the alert router running? --router or WHORAN_ROUTER_URL',
    );
    const file = join(folder, 'token');
    writeFileSync(file, `${TOKEN}\n`);
    for (const [argv, env] of [
      [['--token-file', file], {}],
      [[], { WHORAN_ROUTER_TOKEN_FILE: file }],
    ] as const) {
      expect((await whoran(argv, { env: { ...env, WHORAN_ROUTER_TOKEN: '' } })).status).toBe(0);
    }
  });
});
