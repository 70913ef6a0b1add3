import { describe, expect, it } from '@jest/globals';
import { anAlert, anAttributedEvent, anAuditEvent, anExecSession } from '@whoran/testing';
import fc from 'fast-check';
import { redact, redactArgv } from '../redact/redact.ts';
import type { ProcessRow } from '../store/rows.ts';
import { alertRow, eventRow, isFork } from './event-rows.ts';
import { eventTime } from './event-time.ts';
import { fitName } from './fit-text.ts';
import { mergeProcess } from './process-rows.ts';
import { reportRow } from './report-rows.ts';
import { LINEAGE_FIELDS, auditSightings, falcoSightings } from './source-rows.ts';

const NOW = Date.parse('2026-01-01T12:00:00Z');
const intake = { redactor: { text: redact, argv: redactArgv }, now: NOW };
const withFields = (fields: ReturnType<typeof anAttributedEvent>['output_fields'], tags = ['lineage']) => {
  const event = anAttributedEvent({ tags });
  return { ...event, output_fields: { ...event.output_fields, ...fields } };
};

describe('events', () => {
  it.each([
    [{ 'evt.type': 'execve' }, ['lineage'], 'command'],
    [{ 'evt.type': 'execveat' }, [], 'command'],
    [{ 'evt.type': 'execve', 'evt.res': 'ENOENT' }, [], 'event'],
    [{ 'evt.type': 'execve', 'evt.res': null }, [], 'command'],
    [{ 'evt.type': 'clone3' }, ['lineage'], 'fork'],
    [{ 'evt.type': 'clone3' }, ['mitre'], 'event'],
    [{ 'evt.type': 'openat' }, [], 'event'],
    [{ 'evt.type': 17 }, [], 'event'],
  ])('%p of a rule with tags %p is a %s', (fields, tags, expected) => {
    const event = withFields(fields, tags);
    expect(isFork(event) ? 'fork' : eventRow(event, intake).command ? 'command' : 'event').toBe(expected);
  });

  it('of the resolver itself are never commands', () => {
    expect(eventRow({ ...withFields({}), source: 'whoran' }, intake).command).toBe(false);
  });

  it('are found by their user, with a session or without', () => {
    const ops = { username: 'ops', uid: 'u-1', groups: ['sre'] };
    expect(alertRow(anAlert({}, { attribution: { evidence: 'audit', user: ops } }), intake)).toMatchObject({
      userName: 'ops',
      identity: { groups: ['sre'], uid: 'u-1' },
      session: undefined,
      evidence: 'audit',
    });
    expect(alertRow(anAlert(), intake)).toMatchObject({ userName: 'jane@example.com', sessionKind: 'exec' });
  });

  it('leave no half secret where they are cut', () => {
    const { commandLine } = eventRow(
      withFields({ 'proc.cmdline': `${'x '.repeat(16_380)} --password ${'s3cret'.repeat(20_000)}` }),
      intake,
    );
    expect(commandLine).toHaveLength(32_768);
    expect(commandLine).not.toContain('s3c');
  });
});

describe('eventTime', () => {
  it.each([
    [['2026-01-01T00:00:00.000000001Z'], 1767225600000000001n],
    [['nonsense', '1970-01-01T00:00:01Z'], 1_000_000_000n],
    [[undefined, ''], BigInt(NOW) * 1_000_000n],
    [['1900-01-01T00:00:00Z'], 0n],
    [['9999-12-31T23:59:59Z'], 2n ** 63n - 1n],
  ])('%p', (times, expected) => {
    expect(eventTime(NOW, ...times)).toBe(expected);
  });
});

it('names fit an index whatever they are made of', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (name) =>
      expect(Buffer.byteLength(fitName(name) ?? '')).toBeLessThanOrEqual(253 * 2),
    ),
  );
});

it('processes merge the same in any order', () => {
  const row = fc.record({
    session: fc.option(fc.constantFrom('s1', 's2'), { nil: undefined }),
    parent: fc.option(fc.constantFrom('p1', 'p2'), { nil: undefined }),
    rank: fc.nat(2),
    pid: fc.option(fc.nat(3), { nil: undefined }),
  });
  const toProcess = ({
    session,
    parent,
    rank,
    pid,
  }: {
    session?: string | undefined;
    parent?: string | undefined;
    rank: number;
    pid?: number | undefined;
  }): ProcessRow => ({
    key: 'k',
    storedMs: 0,
    cluster: 'c',
    node: 'n',
    pid,
    session,
    parent,
    sessionRank: session === undefined ? -1 : rank,
    parentRank: parent === undefined ? -1 : rank,
  });
  const list = fc.array(row.map(toProcess), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(
      list.chain((rows) => fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length }))),
      ([one, other]) => {
        expect(other.reduce(mergeProcess)).toEqual(one.reduce(mergeProcess));
      },
    ),
  );
});

describe('reports', () => {
  it('are bounded, and their commands redacted', () => {
    const { body } = reportRow(
      anExecSession({
        command: ['sh', '-c', 'x'.repeat(1_000_000), ...Array.from({ length: 5000 }, () => 'y')],
        user: { username: 'u', groups: Array.from({ length: 9000 }, String), extra: { a: ['b'] } },
      }),
      intake,
    );
    expect(JSON.stringify(body).length).toBeLessThan(40_000);
    expect(body.user).not.toHaveProperty('extra');
    expect(reportRow(anExecSession({ command: ['psql', 'postgres://u:p@h'] }), intake).body.command).toEqual([
      'psql',
      'postgres://u:[redacted]@h',
    ]);
  });
});

describe('sightings', () => {
  const complete = Object.fromEntries(LINEAGE_FIELDS.map((field) => [field, null]));

  it('tell which lineage rules and fields a node has', () => {
    const start = withFields({ ...complete, 'evt.type': 'execve' });
    const fork = withFields({ ...complete, 'evt.type': 'clone', 'proc.pvpid': 1 });
    expect(falcoSightings([start, fork], NOW).facts.map(({ fact }) => fact)).toEqual(['rule:started', 'rule:forked', 'missing:evt.rawres']);
    const { 'proc.pvpid': _pvpid, ...without } = start.output_fields;
    expect(falcoSightings([{ ...start, output_fields: without }], NOW).facts.map(({ fact }) => fact)).toEqual([
      'rule:started',
      'missing:proc.pvpid',
    ]);
  });

  it('are never later than now, whatever the clock of a node says', () => {
    const [source] = falcoSightings([anAttributedEvent({ time: '2099-01-01T00:00:00Z' })], NOW).sources;
    expect(source?.lastNs).toBe(BigInt(NOW) * 1_000_000n);
  });

  it('tell at which level execs are audited, from a closed list', () => {
    const events = [
      anAuditEvent({ level: 'Metadata' }),
      anAuditEvent({ level: 'nonsense' }),
      anAuditEvent({ objectRef: { resource: 'secrets' } }),
    ];
    const { sources, facts } = auditSightings(events, NOW);
    expect([sources.length, facts.map(({ fact }) => fact)]).toEqual([1, ['audit-level:exec:Metadata']]);
  });
});
