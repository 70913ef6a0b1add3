import type { RedisScript } from '@whoran/redis';

/**
 * Changes a state if its version is the one that the change builds on. Keys: the state, the due keys. Arguments: key, version,
 * next version, state, when it is due, outbox, its id, its lease, most keys (0: any number), time to live.
 * Replies 0: changed meanwhile, 1: saved, 2: full.
 */
export const SAVE: RedisScript = {
  keys: 2,
  lua: `
local key, version, nextVersion, state, due = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local outbox, id, lease, most, keep = ARGV[6], ARGV[7], ARGV[8], tonumber(ARGV[9]), ARGV[10]
local known = redis.call('HGET', KEYS[1], 'v') or ''
if known ~= version then return 0 end
if known == '' and most > 0 and redis.call('ZCARD', KEYS[2]) >= most then return 2 end
local waits = redis.call('HEXISTS', KEYS[1], 'o') == 1
if state == '' and outbox == '' and not waits then
  redis.call('DEL', KEYS[1])
  redis.call('ZREM', KEYS[2], key)
  return 1
end
redis.call('HSET', KEYS[1], 'v', nextVersion, 's', state, 'd', due)
redis.call('PEXPIRE', KEYS[1], keep)
if outbox ~= '' then
  redis.call('HSET', KEYS[1], 'o', outbox, 'i', id)
  redis.call('ZADD', KEYS[2], lease, key)
elseif not waits then
  if due == '' then redis.call('ZREM', KEYS[2], key) else redis.call('ZADD', KEYS[2], due, key) end
end
return 1`,
};

/** Takes keys that are due. Keys: the due keys. Arguments: now, when they are due again, how many. Replies the keys. */
export const CLAIM: RedisScript = {
  keys: 1,
  lua: `
local found = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[3])
for _, key in ipairs(found) do redis.call('ZADD', KEYS[1], ARGV[2], key) end
return found`,
};

/** Takes the outbox away if it is the one that was told. Keys: the state, the due keys. Arguments: key, id. */
export const TOLD: RedisScript = {
  keys: 2,
  lua: `
if redis.call('EXISTS', KEYS[1]) == 0 then return redis.call('ZREM', KEYS[2], ARGV[1]) end
if redis.call('HGET', KEYS[1], 'i') ~= ARGV[2] then return 0 end
redis.call('HDEL', KEYS[1], 'o', 'i')
local due = redis.call('HGET', KEYS[1], 'd')
if redis.call('HGET', KEYS[1], 's') == '' then
  redis.call('DEL', KEYS[1])
  redis.call('ZREM', KEYS[2], ARGV[1])
elseif due == '' then redis.call('ZREM', KEYS[2], ARGV[1])
else redis.call('ZADD', KEYS[2], due, ARGV[1]) end
return 1`,
};
