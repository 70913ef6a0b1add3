import { describe, expect, it } from '@jest/globals';
import { DependencyUnavailable, InvariantBroken } from '@whoran/kernel';
import { classifyRedisError, redisError } from './redis-error.ts';

function reply(message: string): Error {
  return Object.assign(new Error(message), { name: 'ReplyError', command: { name: 'auth', args: ['whoran', 'Sesame1'] } });
}

describe('an error of Redis', () => {
  it.each([
    [new Error('connect ECONNREFUSED 127.0.0.1:6379'), 'away'],
    [new Error('Connection is closed.'), 'away'],
    [new Error('Command timed out'), 'away'],
    [new Error('ERR_TLS_CERT_ALTNAME_INVALID'), 'away'],
    ['thrown text', 'away'],
    [reply("READONLY You can't write against a read only replica."), 'away'],
    [reply('LOADING Redis is loading the dataset in memory'), 'away'],
    [reply('CLUSTERDOWN The cluster is down'), 'away'],
    [reply('MOVED 1 127.0.0.1:1'), 'away'],
    [reply('MISCONF Redis is configured to save RDB snapshots'), 'away'],
    [reply('ERR max number of clients reached'), 'away'],
    [reply("OOM command not allowed when used memory > 'maxmemory'."), 'full'],
    [reply('ERR Error running script (call to f_1): @user_script:1: -OOM command not allowed'), 'full'],
    [reply('ERR Error running script (call to f_1): @user_script: 1: -READONLY You'), 'away'],
    [reply('WRONGPASS invalid username-password pair or user is disabled.'), 'refused'],
    [reply('NOAUTH Authentication required.'), 'refused'],
    [reply("NOPERM this user has no permissions to run the 'set' command"), 'refused'],
    [reply('ERR invalid password'), 'refused'],
    [reply("ERR The user executing the script can't run this command or subcommand script: 1, on @user_script:1."), 'refused'],
    [reply('WRONGTYPE Operation against a key holding the wrong kind of value'), 'misused'],
    [reply('CROSSSLOT Keys in request do not hash to the same slot'), 'misused'],
    [reply('ERR syntax error'), 'misused'],
    [new TypeError('x is undefined'), 'misused'],
  ])('%s is %s', (error, problem) => expect(classifyRedisError(error)).toBe(problem));

  it.each([
    ['OOM x', /noeviction/],
    ['WRONGPASS x', /WHORAN_REDIS_PASSWORD/],
    ['NOAUTH x', /set WHORAN_REDIS_PASSWORD/],
    ['NOPERM x', /operations\/redis\.md/],
    ['READONLY x', /primary/],
    ['MISCONF x', /disk/],
  ])('of kind %s says what to do, and that waiting may help', (message, advice) => {
    const error = redisError(reply(message), 'HSET');
    expect(error).toBeInstanceOf(DependencyUnavailable);
    expect(error.message).toMatch(advice);
  });

  it('keeps neither arguments nor long texts', () => {
    const unknown = redisError(reply("ERR unknown command 'X', with args beginning with: 'Sesame1' "), 'X');
    expect(unknown).toBeInstanceOf(InvariantBroken);
    expect(JSON.stringify([unknown, unknown.cause, unknown.message, unknown.stack])).not.toContain('Sesame1');
    expect(JSON.stringify(Object.entries(redisError(reply('WRONGPASS x'), 'auth').cause as Error))).toBe('[]');
    expect(redisError(reply('ERR ' + 'x'.repeat(10_000)), 'X').message.length).toBeLessThan(400);
  });

  it('that is ours already stays as it is', () => {
    const ours = new DependencyUnavailable('x');
    expect(redisError(ours, 'y')).toBe(ours);
  });
});
