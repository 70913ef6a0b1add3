import { describe, expect, it } from '@jest/globals';
import { ConfigInvalid } from '@whoran/kernel';
import { type RedisOptions, readRedisOptions } from './redis-options.ts';

const place = { host: 'h', port: 1 };

describe('the options of Redis', () => {
  it.each<[Partial<RedisOptions>, object]>([
    [{ url: 'redis://h' }, { target: { kind: 'standalone', place: { host: 'h', port: 6379 }, database: 0 } }],
    [{ url: 'redis://h:1/15' }, { target: { kind: 'standalone', place, database: 15 } }],
    [{ url: 'redis://:p@[::1]:1' }, { target: { kind: 'standalone', place: { host: '::1', port: 1 }, database: 0 }, password: 'p' }],
    [{ url: 'rediss://u:p%40@h:1' }, { target: { kind: 'standalone', place, database: 0 }, username: 'u', password: 'p@', tls: {} }],
    [
      { url: 'rediss://u:p@h:1', password: 'q', tls: { ca: 'c' } },
      { username: 'u', password: 'q', tls: { ca: 'c' } },
    ],
    [
      { clusterNodes: [place], username: 'u' },
      { target: { kind: 'cluster', nodes: [place] }, username: 'u' },
    ],
    [
      { sentinels: [place], sentinelName: 'm', tls: {} },
      { target: { kind: 'sentinel', sentinels: [place], name: 'm' }, tls: {} },
    ],
  ])('%j are understood', (options, expected) => expect(readRedisOptions({ prefix: 'p', ...options })).toMatchObject(expected));

  it.each<[Partial<RedisOptions>, RegExp]>([
    [{}, /one of/],
    [{ url: 'redis://h', clusterNodes: [place] }, /one of/],
    [{ sentinels: [place] }, /name/],
    [{ url: 'http://h' }, /redis:\/\/host/],
    [{ url: 'redis://secret@' }, /redis:\/\/host/],
    [{ url: 'redis://h/x' }, /redis:\/\/host/],
    [{ url: 'redis://h?family=6' }, /redis:\/\/host/],
    [{ url: 'redis://u:secret%@h' }, /percent/],
    [{ url: 'redis://h', prefix: '' }, /prefix/],
    [{ url: 'redis://h', prefix: '{a}' }, /prefix/],
  ])('%j are refused without saying what was in them', (options, message) => {
    const read = () => readRedisOptions({ prefix: 'p', ...options });
    expect(read).toThrow(ConfigInvalid);
    expect(read).toThrow(message);
    expect(read).not.toThrow(/secret/);
  });
});
