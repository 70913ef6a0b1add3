import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type AttributedEvent, topics } from '@whoran/contracts';
import { type ForensicsConfig, forensics } from '@whoran/forensics';
import { type ServiceInSpec, aFalcoEvent, anAlert, anAttributedEvent, anAuditEvent, anExecSession, startForSpec } from '@whoran/testing';
import type { CliIo } from './io.ts';
import { runInSpec } from './spec-support/run-in-spec.ts';
import { until } from './spec-support/until.ts';

/** The embedded database starts within a second, or half a minute on a machine that is busy. */
jest.setTimeout(60_000);

const JANE = '4cf8e840-6049-4b78-959e-559b16d942a4';
const HOSTILE = 'sh -c \u001b]0;owned\u0007\n│  └─ rm\u202e';
const TOKEN = 'a-token-of-the-spec';
const ADMIN = 'an-admin-token-of-the-spec';
const start = Date.now() - 60_000;
const at = (seconds: number) => new Date(start + seconds * 1000).toISOString();

/** The n-th program start of a session; its process is the child of the one before, if it has a parent. */
function program(
  n: number,
  commandLine: string,
  different: { readonly parent?: number; readonly user?: string; readonly session?: string } = {},
): AttributedEvent {
  const { user = 'jane@example.com', session = JANE, parent } = different;
  const fields = { 'proc.cmdline': commandLine, 'proc.pid': 1000 + n };
  return anAttributedEvent(
    { time: at(n), output_fields: aFalcoEvent({}, fields).output_fields },
    {
      id: `event-${n}`,
      attribution: {
        evidence: parent === undefined ? 'root' : 'lineage',
        session: { id: session, kind: 'exec', user: { username: user, groups: ['sre'] } },
        process: { key: `p${n}`, pid: 1000 + n, ...(parent === undefined ? {} : { parent: `p${parent}` }) },
      },
    },
  );
}

describe('the command line against the service', () => {
  let forensicsInSpec: ServiceInSpec;
  const whoran = (argv: readonly string[], different: Partial<CliIo> = {}) =>
    runInSpec(argv, { ...different, env: { WHORAN_URL: forensicsInSpec.service.url, WHORAN_TOKEN: TOKEN, ...different.env } });
  const json = async <T>(...argv: readonly string[]) => JSON.parse((await whoran([...argv, '-o', 'json'])).stdout) as T;

  beforeAll(async () => {
    const different: Partial<ForensicsConfig> = { port: 0, dataDir: 'memory', token: TOKEN, adminToken: ADMIN };
    forensicsInSpec = await startForSpec(forensics, different);
    const { bus } = forensicsInSpec;
    await bus.publish(topics.execSessions, [
      anExecSession({ requestedAt: at(0), command: ['sh', '-c', 'id; ls'] }),
      anExecSession({
        id: 'audit:other',
        user: { username: 'bob', groups: [] },
        injected: false,
        strategy: 'none',
        kind: 'copy',
        copy: { direction: 'to-pod', path: '/tmp' },
        requestedAt: at(1),
      }),
    ]);
    await bus.publish(topics.auditEvents, [anAuditEvent({ stageTimestamp: at(0) })]);
    await bus.publish(topics.attributedEvents, [
      program(1, "sh -c 'id; ls'"),
      program(2, 'id', { parent: 1 }),
      program(3, HOSTILE, { parent: 1 }),
      program(4, '=cmd|calc', { user: 'bob\u202e', session: 'audit:other' }),
    ]);
    await bus.publish(topics.alerts, [anAlert({ time: at(2) }, { attribution: program(2, 'id', { parent: 1 }).whoran.attribution })]);
    await bus.publish(topics.deadLetters, [
      {
        id: 'd/1',
        stage: 'falco-ingester',
        origin: { endpoint: '/clusters/test/falco', cluster: 'test' },
        reason: 'invalid-event',
        error: 'no rule\u001b[2J',
        attempts: 0,
        time: at(3),
        payload: '{"proc.cmdline": "mysql -ps3cret \u202e',
        truncated: false,
      },
    ]);
    await bus.idle();
  }, 120_000);
  afterAll(() => forensicsInSpec.service.stop());

  it('lists the commands of a user', async () => {
    const { status, stdout, stderr } = await whoran(['commands', '--user', 'jane@example.com', '--since', '24h']);
    expect([status, stderr]).toEqual([0, '']);
    const [header, ...rows] = stdout.trimEnd().split('\n');
    expect(header).toMatch(/^TIME \(UTC\) +USER +EVIDENCE +CLUSTER +POD +SESSION +COMMAND$/);
    expect(rows.map((row) => row.slice(row.lastIndexOf(JANE) + JANE.length).trim())).toEqual([
      'sh -c \\x1b]0;owned\\x07\\n│  └─ rm\\u202e',
      'id',
      "sh -c 'id; ls'",
    ]);
  });

  it('filters, orders, limits, and says when there is more', async () => {
    const ids = (await json<{ id: string }[]>('commands', '--order', 'asc', '--until', at(4))).map(({ id }) => id);
    expect(ids).toEqual(['event-1', 'event-2', 'event-3']);
    expect(
      await json(
        'commands',
        '--session',
        'audit:other',
        '--evidence',
        'root',
        '-n',
        'payments',
        '--pod',
        'api-0',
        '--cluster',
        'test',
        '--text',
        'CALC',
      ),
    ).toHaveLength(1);
    const limited = await whoran(['commands', '--limit', '1', '-o', 'ndjson']);
    expect(limited.stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(limited.stderr).toBe('more rows: --all or --limit\n');
    expect((await whoran(['commands', '--all', '-o', 'ndjson'])).stdout.trimEnd().split('\n')).toHaveLength(4);
    expect(await whoran(['commands', '--user', 'nobody'])).toEqual({ status: 0, stdout: '', stderr: 'no commands found\n' });
    expect(await whoran(['commands', '--user', 'nobody', '-o', 'json'])).toEqual({
      status: 0,
      stdout: '[]\n',
      stderr: 'no commands found\n',
    });
  });

  it('fits a terminal, in colours or without', async () => {
    const narrow = await whoran(['commands'], { isTty: true, columns: 80 });
    for (const line of narrow.stdout.trimEnd().split('\n')) expect(plain(line).length).toBeLessThanOrEqual(80);
    expect(narrow.stdout).toContain('\u001b[1mTIME (UTC)\u001b[0m');
    const quiet = await whoran(['commands'], { isTty: true, columns: 80, env: { NO_COLOR: '1', COLUMNS: '60' } });
    // eslint-disable-next-line no-control-regex -- not one of them may be there
    expect(quiet.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    for (const line of quiet.stdout.trimEnd().split('\n')) expect(line.length).toBeLessThanOrEqual(60);
  });

  it('writes CSV that no spreadsheet runs', async () => {
    const { stdout } = await whoran(['commands', '--session', 'audit:other', '-o', 'csv']);
    expect(stdout).toMatch(/^time,user,uid,/);
    expect(stdout).toContain(",'=cmd|calc,");
    expect(stdout).toContain(',bob\\u202e,');
    expect(stdout.endsWith('\r\n')).toBe(true);
  });

  it('lists sessions', async () => {
    const { stdout } = await whoran(['sessions', '--injected', 'no', '--kind', 'copy']);
    expect(stdout).toMatch(/audit:other +bob +copy +requested +no +test +payments\/api-0\/api +1 +copy to \/tmp/);
    expect((await json<unknown[]>('sessions', '--phase', 'requested')).length).toBe(2);
  });

  it('shows a session as a tree', async () => {
    const { status, stdout } = await whoran(['session', JANE]);
    expect(status).toBe(0);
    expect(stdout).toContain(`session     ${JANE}\n`);
    const tree = stdout
      .slice(stdout.indexOf('\n\n') + 2)
      .trimEnd()
      .split('\n');
    expect(tree.map((line) => line.slice(14))).toEqual([
      "sh -c 'id; ls' [1001]",
      '├─ id [1002]',
      '│     ! Warning: Terminal shell in container',
      '└─ sh -c \\x1b]0;owned\\x07\\n│  └─ rm\\u202e [1003]',
    ]);
    expect((await json<{ processes: unknown[] }>('session', JANE)).processes).toHaveLength(3);
    expect((await whoran(['session', JANE, '-o', 'ndjson'])).stdout.trimEnd().split('\n')).toHaveLength(3);
    expect((await whoran(['session', JANE, '-o', 'csv', '--no-headers'])).stdout.split('\r\n')).toHaveLength(4);
  });

  it.each(['no-such', '../../livez', 'audit:x y?z#', '%'])('knows no session %s', async (id) => {
    const { status, stdout, stderr } = await whoran(['session', id]);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain('no session of this id');
  });

  it('lists alerts and dead letters', async () => {
    expect((await whoran(['alerts', '--since', '1h'])).stdout).toMatch(
      /Warning +jane@example.com +test +payments\/api-0\/api +Terminal shell in container/,
    );
    expect((await whoran(['dead-letters', '--service', 'falco-ingester'])).stdout).toContain('no rule\\x1b[2J');
    expect((await whoran(['dead-letters', '--service', 'other'])).stderr).toBe('no dead letters found\n');
    expect((await whoran(['dead-letters', 'list', '--text', 'NO RULE', '--cluster', 'test'])).stdout).toMatch(
      / open +falco-ingester .* d\/1\n/,
    );
  });

  it('shows a dead letter, whatever is in it', async () => {
    const { status, stdout } = await whoran(['dead-letters', 'show', 'd/1']);
    expect(status).toBe(0);
    expect(stdout).toContain('letter      d/1\nstate       open\n');
    expect(stdout).toContain('\nerror\nno rule\\x1b[2J\n\npayload\n{"proc.cmdline": "mysql -p[redacted] \\u202e\n');
    expect(await json('dead-letters', 'show', 'd/1')).toMatchObject({ id: 'd/1', payload: expect.stringContaining('[redacted]') });
    expect((await whoran(['dead-letters', 'show', 'd/1', '-o', 'csv'])).stdout.split('\r\n')).toHaveLength(3);
    expect(await whoran(['dead-letters', 'show', 'none'])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('no dead letter of this id'),
    });
  });

  it('shows the status', async () => {
    const { stdout } = await whoran(['status']);
    expect(stdout).toMatch(/^CLUSTER +LAST FALCO +LAST AUDIT +LAST WEBHOOK/);
    expect(stdout).toMatch(/^test +node-a +\d+s ago/m);
    expect(stdout).toMatch(/^DEAD LETTERS +SERVICE/m);
    expect(await json('status')).toMatchObject({ clusters: [{ name: 'test' }] });
    expect((await whoran(['status', '-o', 'csv'])).stdout).toMatch(/\r\ntest,node-a,/);
    expect((await whoran(['status', '--cluster', 'other'])).stdout).toContain('nothing has come');
  });

  it('checks the set-up', async () => {
    const { status, stdout } = await whoran(['doctor'], { isTty: true, columns: 80, env: { NO_COLOR: '1' } });
    expect(stdout).toMatch(/^ok {7}forensics: /);
    expect(stdout).toMatch(/\n {9}→ /);
    expect(stdout).toMatch(/\d+ ok, .*\n$/);
    expect(status).toBe(/^fail/m.test(stdout) ? 1 : 0);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect((await json<{ name: string }[]>('doctor'))[0]?.name).toBe('forensics');
  });

  it('follows what happens until it is ended', async () => {
    const ended = new AbortController();
    const lines: string[] = [];
    const stdout = { write: (text: string) => void lines.push(text) };
    const running = whoran(['tail', '--user', 'jane@example.com'], { stdout, signal: ended.signal });
    await until(() => lines.length > 0);
    expect(lines.join('')).toMatch(/^TIME \(UTC\) +USER/);
    await forensicsInSpec.bus.publish(topics.attributedEvents, [program(5, 'touch me'), program(6, 'not me', { user: 'bob' })]);
    await until(() => lines.length > 1);
    ended.abort();
    expect((await running).status).toBe(0);
    expect(lines.slice(1).join('')).toMatch(/^\S+ \S+ +jane@example.com .* touch me\n$/);
  });

  it('replays and discards dead letters, for who may', async () => {
    const replays = await forensicsInSpec.collect(topics.replays);
    const admin = (...argv: readonly string[]) => whoran(['dead-letters', ...argv], { env: { WHORAN_TOKEN: ADMIN, USER: 'ana' } });
    expect(await whoran(['dead-letters', 'replay', 'd/1'])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('this token may read only'),
    });
    const dry = await admin('replay', '--service', 'falco-ingester', '--dry-run');
    expect([dry.status, dry.stdout, dry.stderr]).toEqual([
      0,
      expect.stringMatching(/would be replayed .* d\/1\n/),
      '1 would be replayed\n',
    ]);
    expect(replays).toEqual([]);
    const some = await admin('replay', 'd/1', 'none', '-o', 'ndjson');
    expect([some.status, some.stderr]).toEqual([1, '1 replayed, 1 skipped\n']);
    expect(
      some.stdout
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { outcome: string }).outcome),
    ).toEqual(['replayed', 'skipped']);
    await forensicsInSpec.bus.idle();
    expect(replays).toEqual([expect.objectContaining({ letter: 'd/1', stage: 'falco-ingester', attempt: 1, requestedBy: 'ana' })]);
    expect((await whoran(['dead-letters'])).stderr).toBe('no dead letters found\n');
    expect((await whoran(['dead-letters', '--state', 'all'])).stdout).toContain(' replayed 1x ');
    expect(await admin('replay', '--all')).toEqual({ status: 0, stdout: '', stderr: 'no dead letters match\n' });
    expect(await admin('discard', 'd/1', '--why', 'a test')).toMatchObject({ status: 0, stderr: '1 discarded\n' });
    expect((await admin('discard', 'd/1', '--why', 'a test')).stdout).toMatch(/skipped +- +- +it is discarded already +d\/1\n/);
    expect((await whoran(['dead-letters', 'show', 'd/1'])).stdout).toMatch(
      /state +discarded, replayed 1x\n.*\ndiscarded .* by ana: a test\n/,
    );
  });

  it('says so when its token is wrong', async () => {
    const wrong = await whoran(['tail'], { env: { WHORAN_TOKEN: 'wrong' } });
    expect([wrong.status, wrong.stderr]).toEqual([1, expect.stringContaining('does not accept this token')]);
    const doctor = await whoran(['doctor'], { env: { WHORAN_TOKEN: 'wrong' } });
    expect([doctor.status, doctor.stdout]).toEqual([1, expect.stringContaining('fail     forensics: ')]);
  });
});

function plain(line: string): string {
  // eslint-disable-next-line no-control-regex -- takes the colours away
  return line.replace(/\u001b\[\d+m/g, '');
}
