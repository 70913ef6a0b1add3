import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decideAccess, decideChange } from './access.ts';
import { parseCursor, printCursor } from './cursor.ts';
import { matchesCommand } from './matches-command.ts';
import { parseTimeParameter } from './time-parameter.ts';

describe('access', () => {
  const TOKEN = 'a-token-of-some-length';
  const ADMIN = 'another-token-of-some-length';
  const local = { remoteAddress: '127.0.0.1', host: 'localhost:8080', authorization: undefined, forwarded: false, fromPage: false };
  const loopback = { listensOn: '127.0.0.1', token: '', adminToken: '' };
  const wide = { listensOn: '0.0.0.0', token: TOKEN, adminToken: '' };

  it.each([
    ['a local caller', local, loopback, 'in'],
    ['a local caller when there is a token', local, { ...loopback, token: TOKEN }, 'in'],
    ['IPv6', { ...local, remoteAddress: '::1', host: '[::1]:8080' }, { ...loopback, listensOn: '::1' }, 'in'],
    ['IPv4 in IPv6', { ...local, remoteAddress: '::ffff:127.0.0.1', host: '127.0.0.1' }, loopback, 'in'],
    ['a page that rebinds its name', { ...local, host: 'evil.example:8080' }, loopback, 403],
    ['a name that only begins right', { ...local, host: '127.0.0.1.evil.example' }, loopback, 403],
    ['no Host header', { ...local, host: undefined }, loopback, 403],
    ['a caller behind a proxy', { ...local, forwarded: true }, loopback, 401],
    ['a caller from elsewhere', { ...local, remoteAddress: '192.0.2.1' }, loopback, 401],
    ['a local caller of an open service', local, wide, 401],
    [
      'a caller from elsewhere with the token',
      { ...local, remoteAddress: '192.0.2.1', host: 'whoran.example', authorization: `Bearer ${TOKEN}` },
      wide,
      'in',
    ],
    ['a wrong token', { ...local, authorization: 'Bearer wrong' }, { ...loopback, token: TOKEN }, 401],
    ['an empty token', { ...local, remoteAddress: '192.0.2.1', authorization: 'Bearer ' }, { ...loopback }, 401],
    ['no address', { ...local, remoteAddress: undefined }, loopback, 401],
    ['the admin token', { ...local, authorization: `Bearer ${ADMIN}` }, { ...wide, adminToken: ADMIN }, 'in'],
    ['the token where there is an admin token', { ...local, authorization: `Bearer ${TOKEN}` }, { ...wide, adminToken: ADMIN }, 'in'],
    ['a wrong token where there are two', { ...local, authorization: 'Bearer wrong' }, { ...wide, adminToken: ADMIN }, 401],
  ] as const)('%s: %p', (_name, caller, rules, expected) => {
    const access = decideAccess(caller, rules);
    expect(access.allowed ? 'in' : access.status).toBe(expected);
  });

  it.each([
    ['a local caller where there is no token at all', local, loopback, 'in'],
    ['a web page there', { ...local, fromPage: true }, loopback, 403],
    ['a page that rebinds its name', { ...local, host: 'evil.example:8080' }, loopback, 403],
    ['a caller from elsewhere', { ...local, remoteAddress: '192.0.2.1' }, loopback, 401],
    ['a caller behind a proxy', { ...local, forwarded: true }, loopback, 401],
    ['a local caller where there is a token', local, { ...loopback, token: TOKEN }, 403],
    ['the reading token where there is no admin token', { ...local, authorization: `Bearer ${TOKEN}` }, wide, 403],
    ['a local caller where there is an admin token', local, { ...loopback, adminToken: ADMIN }, 401],
    ['the reading token', { ...local, authorization: `Bearer ${TOKEN}` }, { ...wide, adminToken: ADMIN }, 403],
    ['a wrong token', { ...local, authorization: 'Bearer wrong' }, { ...wide, adminToken: ADMIN }, 401],
    ['the admin token', { ...local, authorization: `Bearer ${ADMIN}` }, { ...wide, adminToken: ADMIN }, 'in'],
    [
      'the admin token from elsewhere',
      { ...local, remoteAddress: '192.0.2.1', authorization: `Bearer ${ADMIN}` },
      { ...wide, adminToken: ADMIN },
      'in',
    ],
  ] as const)('changes by %s: %p', (_name, caller, rules, expected) => {
    const access = decideChange(caller, rules);
    expect(access.allowed ? 'in' : access.status).toBe(expected);
  });
});

describe('parseTimeParameter', () => {
  const NOW = Date.parse('2026-01-31T10:00:00Z');
  it.each([
    ['24h', '2026-01-30T10:00:00Z'],
    ['90d', '2025-11-02T10:00:00Z'],
    ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z'],
    ['2026-01-01T02:00:00+02:00', '2026-01-01T00:00:00Z'],
    ['2026-01-01T02:00:00 02:00', '2026-01-01T00:00:00Z'],
    ['999999999999d', '1970-01-01T00:00:00Z'],
  ])('%s', (text, expected) => {
    expect(parseTimeParameter(text, NOW)).toEqual({ ok: true, value: BigInt(Date.parse(expected)) * 1_000_000n });
  });

  it.each(['', 'now', '24', '-24h', '2026-01-01', '2026-01-01 00:00:00', '24h ago', '1e9s'])('refuses %p', (text) => {
    expect(parseTimeParameter(text, NOW).ok).toBe(false);
  });
});

describe('cursors', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), fc.stringMatching(/^[^\n]{1,128}$/u), (timeNs, id) => {
        expect(parseCursor(printCursor('asc', { timeNs, id: id.toWellFormed() }), 'asc')).toEqual({ timeNs, id: id.toWellFormed() });
        expect(parseCursor(printCursor('asc', { timeNs, id }), 'desc')).toBeUndefined();
      }),
    );
  });

  it('are refused whatever else they are', () => {
    fc.assert(fc.property(fc.string(), (text) => expect(parseCursor(text, 'asc')).toBeUndefined()));
  });
});

describe('matchesCommand', () => {
  const command = {
    id: '1',
    revision: 0,
    time: '',
    cluster: 'c',
    node: 'n',
    namespace: 'ns',
    evidence: 'root',
    user: { name: 'jane@example.com', groups: [] },
    rule: 'r',
    commandLine: 'Cat /etc/passwd',
  } as const;
  it.each([
    [{}, true],
    [{ user: 'jane@example.com' }, true],
    [{ user: 'jane@*' }, true],
    [{ user: '*example.com' }, true],
    [{ user: '*@*' }, true],
    [{ user: 'jane' }, false],
    [{ user: 'Jane@example.com' }, false],
    [{ namespace: 'ns', text: 'cat' }, true],
    [{ namespace: 'other' }, false],
    [{ pod: 'p' }, false],
    [{ evidence: 'none' }, false],
  ] as const)('%p: %p', (query, expected) => {
    expect(matchesCommand(query, command)).toBe(expected);
  });
});
