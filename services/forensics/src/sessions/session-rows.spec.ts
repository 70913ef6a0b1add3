import { describe, expect, it } from '@jest/globals';
import type { ExecSession } from '@whoran/contracts';
import { anExecSession } from '@whoran/testing';
import fc from 'fast-check';
import { reportRow } from '../intake/report-rows.ts';
import { mergeSession } from './merge-session.ts';
import { sessionRows } from './session-rows.ts';

const intake = { redactor: { text: (text: string) => text, argv: (argv: readonly string[]) => argv }, now: 0 };
const rowsOf = (reports: readonly ExecSession[]) => sessionRows(reports.map((report) => reportRow(report, intake)));
const at = (second: number) => new Date(Date.parse('2026-01-01T10:00:00Z') + second * 1000).toISOString();
const webhook = (id: string, second: number, different: Partial<ExecSession> = {}) =>
  anExecSession({ id, requestedAt: at(second), injected: false, ...different });
const audit = (id: string, second: number, different: Partial<ExecSession> = {}) =>
  anExecSession({ id: `audit:${id}`, observer: 'audit', phase: 'started', requestedAt: at(second), injected: false, ...different });

describe('mergeSession', () => {
  it.each<[string, readonly Partial<ExecSession>[], object]>([
    ['a later phase wins', [{ phase: 'started' }, { phase: 'ended' }, { phase: 'requested' }], { phase: 'ended' }],
    [
      'a refusal wins over a request',
      [{ phase: 'requested' }, { phase: 'refused', reason: 'quarantined' }],
      { phase: 'refused', reason: 'quarantined' },
    ],
    ['an answer 101 wins over a refusal', [{ phase: 'refused' }, { phase: 'started', observer: 'audit' }], { phase: 'started' }],
    [
      'one injection counts',
      [
        { injected: true, strategy: 'sh' },
        { injected: false, strategy: 'none', observer: 'audit' },
      ],
      { injected: true, strategy: 'sh' },
    ],
    [
      'the user is completed from both',
      [
        { user: { username: 'jane', uid: '7', groups: ['sre'] } },
        { observer: 'audit', user: { username: 'jane', groups: [], impersonator: 'root' } },
      ],
      { user: { name: 'jane', uid: '7', groups: ['sre'], impersonator: 'root' } },
    ],
    [
      'the earliest request counts',
      [{ requestedAt: '2026-01-01T10:00:00Z' }, { requestedAt: '2026-01-01T09:59:59.5Z', observer: 'audit' }],
      { requestedAt: '2026-01-01T09:59:59.5Z' },
    ],
  ])('%s', (_name, reports, expected) => {
    expect(
      mergeSession(
        'id',
        reports.map((report) => anExecSession(report)),
      ),
    ).toMatchObject(expected);
  });
});

describe('sessions that were recorded twice', () => {
  const shown = (reports: readonly ExecSession[]) =>
    rowsOf(reports)
      .filter(({ aliasOf }) => aliasOf === undefined)
      .map(({ id, alias }) => (alias === undefined ? id : `${id}=${alias}`))
      .sort();

  it.each<[string, readonly ExecSession[], readonly string[]]>([
    ['are one within 5 s', [webhook('w', 0), audit('a', 5)], ['audit:a=w']],
    ['are two beyond', [webhook('w', 0), audit('a', 5.001)], ['audit:a', 'w']],
    ['are two for two users', [webhook('w', 0), audit('a', 0, { user: { username: 'joe', groups: [] } })], ['audit:a', 'w']],
    ['are two for two commands', [webhook('w', 0), audit('a', 0, { command: ['id', '-u'] })], ['audit:a', 'w']],
    [
      'are one for a debug container, whose program only the audit log knows',
      [webhook('w', 0, { kind: 'ephemeral-container', command: [] }), audit('a', 0, { kind: 'ephemeral-container', command: ['sh'] })],
      ['audit:a=w'],
    ],
    ['are two in two containers', [webhook('w', 0), audit('a', 0, { container: 'other' })], ['audit:a', 'w']],
    ['are one where the client left the container out', [webhook('w', 0), audit('a', 0, { container: '' })], ['audit:a=w']],
    [
      'are paired one to one, the nearest first',
      [webhook('w1', 0), webhook('w2', 1), audit('a1', 0.1), audit('a2', 1.1)],
      ['audit:a1=w1', 'audit:a2=w2'],
    ],
    ['leave over what has no other', [webhook('w1', 0), webhook('w2', 0.2), audit('a', 0.1, {})], ['audit:a=w1', 'w2']],
    [
      'are left alone when the audit log confirms the webhook’s id',
      [webhook('w', 0), anExecSession({ id: 'w', observer: 'audit', phase: 'started' }), audit('a', 0)],
      ['audit:a', 'w'],
    ],
  ])('%s', (_name, reports, expected) => {
    expect(shown(reports)).toEqual(expected);
  });

  it('come out the same in any order', () => {
    const report = fc
      .record({
        id: fc.constantFrom('1', '2', '3'),
        second: fc.integer({ min: 0, max: 8 }),
        phase: fc.constantFrom('requested', 'started', 'ended', 'refused'),
        injected: fc.boolean(),
      })
      .chain(({ id, second, ...rest }) => fc.boolean().map((isAudit) => (isAudit ? audit(id, second, rest) : webhook(id, second, rest))));
    const key = ({ id, observer, phase }: ExecSession) => `${id}/${observer}/${phase}`;
    const reports = fc.uniqueArray(report, { selector: key, maxLength: 8 });
    fc.assert(
      fc.property(
        reports.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        ([one, other]) => {
          const sorted = (list: readonly ExecSession[]) => [...rowsOf(list)].sort((a, b) => (a.id < b.id ? -1 : 1));
          expect(sorted(other)).toEqual(sorted(one));
        },
      ),
      { numRuns: 300 },
    );
  });
});
