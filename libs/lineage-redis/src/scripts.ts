import type { RedisScript } from '@whoran/redis';

/**
 * Takes a node. Keys: owner. Arguments: the caller, milliseconds until the key expires, seconds of the epoch's beginning.
 * Answers the epoch, since when the node was watched (empty if unknown), and how often facts were added. When Redis has forgotten the last epoch, the
 * time makes up for it: epochs are at least as high as the hundredths of a second that have passed.
 */
export const TAKE: RedisScript = {
  keys: 1,
  lua: `
local old = redis.call('HMGET', KEYS[1], 'epoch', 'since', 'added')
local time = redis.call('TIME')
local passed = (tonumber(time[1]) - tonumber(ARGV[3])) * 100 + math.floor(tonumber(time[2]) / 10000)
local epoch = math.max((tonumber(old[1]) or 0) + 1, passed)
redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'epoch', string.format('%.0f', epoch))
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return {string.format('%.0f', epoch), old[2] or '', old[3] or '0'}
`,
};

/**
 * Saves news of a node for its owner. Keys: owner, facts, keep, open. Arguments: the caller, its epoch, since (or empty),
 * milliseconds until keys expire, limits (groups, bytes of a group, open events), then three lists, each with its length in
 * front: groups (name, milliseconds to keep, facts), opened (id, event), closed (id).
 * Without a caller facts are added whoever the owner is, and counted. Answers 0 if somebody else is the owner, 1 if saved, 2
 * if saved to a node of which nothing was kept; then how many groups or events were left out because of the limits; then
 * how often facts were added.
 */
export const COMMIT: RedisScript = {
  keys: 4,
  lua: `
local known_owner = redis.call('HMGET', KEYS[1], 'owner', 'added')
local owner, added = known_owner[1], tonumber(known_owner[2]) or 0
local status = 1
if ARGV[1] == '' then
  redis.call('HINCRBY', KEYS[1], 'added', 1)
elseif owner and owner ~= ARGV[1] then
  return {0, 0, added}
elseif not owner then
  status = 2
  redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'epoch', ARGV[2])
end
local ttl = ARGV[4]
local since = ARGV[3]
if since ~= '' then
  local known = redis.call('HGET', KEYS[1], 'since')
  if not known or #since < #known or (#since == #known and since < known) then redis.call('HSET', KEYS[1], 'since', since) end
end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local max_groups, max_bytes, max_open = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local left_out = 0
local at = 8
local groups = tonumber(ARGV[at])
at = at + 1
for _ = 1, groups do
  local name, keep, facts = ARGV[at], tonumber(ARGV[at + 1]), ARGV[at + 2]
  at = at + 3
  local known = redis.call('HGET', KEYS[2], name)
  if known and facts ~= '' and #known + #facts > max_bytes then
    left_out = left_out + 1
  elseif facts ~= '' then
    redis.call('HSET', KEYS[2], name, known and (known .. '\\n' .. facts) or facts)
  end
  if known or facts ~= '' then redis.call('ZADD', KEYS[3], 'GT', now + keep, name) end
end
local function forget(names)
  if #names == 0 then return end
  redis.call('HDEL', KEYS[2], unpack(names))
  redis.call('ZREM', KEYS[3], unpack(names))
end
forget(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', now, 'LIMIT', 0, 500))
local excess = redis.call('ZCARD', KEYS[3]) - max_groups
if excess > 0 then forget(redis.call('ZRANGE', KEYS[3], 0, math.min(excess, 1000) - 1)) end
local opened = tonumber(ARGV[at])
at = at + 1
local room = max_open
if opened > 0 then room = max_open - redis.call('HLEN', KEYS[4]) end
for _ = 1, opened do
  if room > 0 then
    room = room - redis.call('HSET', KEYS[4], ARGV[at], ARGV[at + 1])
  else
    left_out = left_out + 1
  end
  at = at + 2
end
local closed = tonumber(ARGV[at])
for index = at + 1, at + closed do redis.call('HDEL', KEYS[4], ARGV[index]) end
for index = 1, 4 do redis.call('PEXPIRE', KEYS[index], ttl) end
return {status, left_out, added}
`,
};

/**
 * Renews the caller's care for nodes and hands it nodes that nobody cares for. Keys: tended. Arguments: milliseconds of the
 * lease, how many to hand out at most, how many nodes are the caller's, these, and nodes that need no care any more.
 */
export const TEND: RedisScript = {
  keys: 1,
  lua: `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local lease = now + tonumber(ARGV[1])
local mine = tonumber(ARGV[3])
for index = 4, 3 + mine do redis.call('ZADD', KEYS[1], lease, ARGV[index]) end
for index = 4 + mine, #ARGV do redis.call('ZREM', KEYS[1], ARGV[index]) end
local left = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ARGV[2])
for _, node in ipairs(left) do redis.call('ZADD', KEYS[1], lease, node) end
return left
`,
};
