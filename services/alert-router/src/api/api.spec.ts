import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '@whoran/service-kit';
import Type from 'typebox';
import { AlertRouterConfig } from '../alert-router.config.ts';
import { authorOf, decideApiAccess } from './api-access.ts';
import { findToken, parseApiTokens } from './api-tokens.ts';
import { readBody } from './read-body.ts';

const ANA = 'a-token-of-ana-000';
const SHARED = 'a-shared-token-000';
const tokens = parseApiTokens(` ana@example.com:${ANA}\n${SHARED}\n`) ?? [];

describe('tokens of the API', () => {
  it('are read with their names, and found by what is sent', () => {
    expect(tokens.map(({ name }) => name)).toEqual(['ana@example.com', undefined]);
    expect(findToken(tokens, ANA)?.name).toBe('ana@example.com');
    expect(findToken(tokens, SHARED)).toBe(tokens[1]);
    expect(findToken(tokens, `ana@example.com:${ANA}`)).toBeUndefined();
    expect(findToken(tokens, '')).toBeUndefined();
    expect(parseApiTokens('')).toEqual([]);
  });

  it.each([
    'too-short',
    `ana:too-short`,
    `:${ANA}`,
    `ana:bob:${ANA}`,
    `an a:${ANA}`,
    `${ANA}ü`,
    `ana:${ANA} bob:${ANA}`,
    Array.from({ length: 1001 }, (_, index) => `${ANA}${index}`).join(' '),
  ])('are refused: %#', (text) => {
    expect(parseApiTokens(text)).toBeUndefined();
    expect(() => loadConfig(AlertRouterConfig, { WHORAN_ROUTER_API_TOKENS: text })).toThrow(/^WHORAN_ROUTER_API_TOKENS: must be/);
  });

  it('never stand in the message that refuses them', () => {
    expect(() => loadConfig(AlertRouterConfig, { WHORAN_ROUTER_API_TOKENS: 'hunter2' })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
    );
  });
});

describe('access to the API', () => {
  it.each([
    [undefined, [], 403],
    [`Bearer ${ANA}`, [], 403],
    [undefined, tokens, 401],
    ['Bearer ', tokens, 401],
    [`Basic ${ANA}`, tokens, 401],
    ['Bearer wrong', tokens, 401],
    [`Bearer ${ANA} x`, tokens, 401],
    [`Bearer ${ANA}`, tokens, { name: 'ana@example.com' }],
    [`bearer  ${SHARED}`, tokens, {}],
  ] as const)('%p', (authorization, known, expected) => {
    const access = decideApiAccess(authorization, known);
    expect(access.allowed ? access.caller : access.status).toEqual(expected);
  });

  it('knows the author by the token, and else only by what is said', () => {
    expect(authorOf({ name: 'ana' }, 'bob')).toBe('ana');
    expect(authorOf({}, 'bob')).toBe('bob');
    expect(authorOf({}, '')).toBeUndefined();
    expect(authorOf({}, undefined)).toBeUndefined();
  });
});

describe('bodies of requests', () => {
  const schema = Type.Object({ a: Type.Integer() }, { additionalProperties: false });
  const read = (text: string | Buffer | undefined, contentType: string | undefined = 'application/json') =>
    readBody(schema, { body: text === undefined ? undefined : Buffer.from(text), contentType });

  it('are read', () => {
    expect(read('{"a": 1}', 'Application/JSON; charset=utf-8')).toEqual({ a: 1 });
  });

  it.each([
    [undefined, 'application/json', /empty/],
    ['', 'application/json', /empty/],
    ['{"a": 1}', 'text/plain', /application\/json/],
    ['{"a": 1}', 'application/jsonp', /application\/json/],
    ['{', 'application/json', /not JSON/],
    [Buffer.from([0xff]), 'application/json', /UTF-8/],
    ['{"a": "1", "b": 2}', 'application/json', /\/a.*\/b|\/b.*\/a/],
  ] as const)('are refused: %p as %p', (text, type, message) => {
    expect(() => read(text as string, type)).toThrow(message);
  });
});
