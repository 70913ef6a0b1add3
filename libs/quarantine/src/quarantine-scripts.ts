import type { RedisScript } from '@whoran/redis';

/*
 * Keys of the quarantine list. They have one hash tag, so that scripts may touch them together in a Redis Cluster.
 *
 *     <prefix>:quarantine:{list}:entries   hash   id → entry as JSON
 *     <prefix>:quarantine:{list}:removed   hash   id → when it was removed, ms; for 7 days
 *     <prefix>:quarantine:{list}:state     hash   generation: which list this is; made when Redis had none
 *                                                 revision: of the list, grows by every change
 *                                                 count: entries there are, to notice when Redis evicted some
 *     <prefix>:quarantine                  channel: the revision, at every change
 *
 * No time to live: an entry holds until its time is over or it is removed.
 */

/** What every script is given as its keys: entries, removed, state. */
export const KEYS = ['entries', 'removed', 'state'] as const;

/** How many entries there may be. */
export const MAX_ENTRIES = 10_000;

const CHANGED = `
local function changed(generation, channel, least)
  redis.call('HSETNX', KEYS[3], 'generation', generation)
  local revision = math.max(tonumber(redis.call('HGET', KEYS[3], 'revision') or '0') or 0, least) + 1
  redis.call('HSET', KEYS[3], 'revision', revision, 'count', redis.call('HLEN', KEYS[1]))
  redis.call('PUBLISH', channel, revision)
  return {redis.call('HGET', KEYS[3], 'generation'), revision}
end
`;

/** ARGV: a new generation, channel, id, entry. Answers "full", or the entry that has the id now. */
export const ADD: RedisScript = {
  keys: KEYS.length,
  lua: `${CHANGED}
local known = redis.call('HGET', KEYS[1], ARGV[3])
if known then return known end
if redis.call('HLEN', KEYS[1]) >= ${MAX_ENTRIES} then return 'full' end
redis.call('HSET', KEYS[1], ARGV[3], ARGV[4])
redis.call('HDEL', KEYS[2], ARGV[3])
changed(ARGV[1], ARGV[2], 0)
return ARGV[4]`,
};

/** ARGV: a new generation, channel, now, ids. Answers what the last of them was. */
export const REMOVE: RedisScript = {
  keys: KEYS.length,
  lua: `${CHANGED}
local known = false
for index = 4, #ARGV do
  known = redis.call('HGET', KEYS[1], ARGV[index])
  redis.call('HDEL', KEYS[1], ARGV[index])
  redis.call('HSET', KEYS[2], ARGV[index], ARGV[3])
end
changed(ARGV[1], ARGV[2], 0)
return known`,
};

/** ARGV: a new generation, channel, the revision known before, then id and entry of each. Answers generation and revision. */
export const RESTORE: RedisScript = {
  keys: KEYS.length,
  lua: `${CHANGED}
local room = ${MAX_ENTRIES} - redis.call('HLEN', KEYS[1])
for index = 4, #ARGV, 2 do
  if room > 0 and redis.call('HEXISTS', KEYS[2], ARGV[index]) == 0 then
    room = room - redis.call('HSETNX', KEYS[1], ARGV[index], ARGV[index + 1])
  end
end
return changed(ARGV[1], ARGV[2], tonumber(ARGV[3]))`,
};
