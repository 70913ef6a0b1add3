import { createHash } from 'node:crypto';
import { encodeJson, parseJson } from '@whoran/contracts';
import { InvariantBroken, type Millis } from '@whoran/kernel';
import { type RedisClient, type RedisReply, type RedisScript, command, scriptRun } from '@whoran/redis';
import { type ResponseRecord, isActive, slotOf } from '@whoran/response';
import { type Added, ENDED_TIME, type Kept, MAX_RESPONSES, ResponseStore, endedBefore, newestFirst } from './response-store.ts';

/*
 * Keys of responses. They have one hash tag, so that scripts may touch them together in a Redis Cluster.
 *
 *     <prefix>:response:{list}:records   hash   id → version, line feed, record as JSON
 *     <prefix>:response:{list}:slots     hash   digest of what an active response is about → its id
 *     <prefix>:response:{list}:due       sorted set of ids by when they are to be looked at, ms
 *
 * What is taken is due again when its lease ends, so that another router goes on if the one that took it died.
 */
const KEYS = ['records', 'slots', 'due'] as const;
/** From so many on, those that ended long ago are removed whenever one is added. */
const SWEEP_FROM = 1000;

const ADD: RedisScript = {
  keys: KEYS.length,
  lua: `
local known = redis.call('HGET', KEYS[1], ARGV[1])
if known then return {'known', known} end
local holder = ARGV[3] ~= '' and redis.call('HGET', KEYS[2], ARGV[3])
local held = holder and redis.call('HGET', KEYS[1], holder)
if held then return {'held', held} end
if redis.call('HLEN', KEYS[1]) >= ${MAX_RESPONSES} then return {'full'} end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
if ARGV[3] ~= '' then redis.call('HSET', KEYS[2], ARGV[3], ARGV[1]) end
redis.call('ZADD', KEYS[3], ARGV[4], ARGV[1])
return {'added', ARGV[2]}`,
};

const SAVE: RedisScript = {
  keys: KEYS.length,
  lua: `
local known = redis.call('HGET', KEYS[1], ARGV[1])
if not known or string.match(known, '^%d+') ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
if ARGV[5] == '1' then redis.call('HSET', KEYS[2], ARGV[4], ARGV[1])
elseif redis.call('HGET', KEYS[2], ARGV[4]) == ARGV[1] then redis.call('HDEL', KEYS[2], ARGV[4]) end
if ARGV[6] == '' then redis.call('ZREM', KEYS[3], ARGV[1]) else redis.call('ZADD', KEYS[3], ARGV[6], ARGV[1]) end
return 1`,
};

const TAKE: RedisScript = {
  keys: KEYS.length,
  lua: `
local taken = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', ARGV[1], 'LIMIT', 0, ARGV[3])) do
  local known = redis.call('HGET', KEYS[1], id)
  if known then
    redis.call('ZADD', KEYS[3], ARGV[2], id)
    taken[#taken + 1] = known
  else redis.call('ZREM', KEYS[3], id) end
end
return taken`,
};

const REMOVE: RedisScript = {
  keys: KEYS.length,
  lua: `
for index = 1, #ARGV do
  redis.call('HDEL', KEYS[1], ARGV[index])
  redis.call('ZREM', KEYS[3], ARGV[index])
end
return #ARGV`,
};

/** Responses in Redis: routers share them, and a restart forgets none. */
export class RedisResponseStore extends ResponseStore {
  private readonly keys: readonly string[];

  constructor(private readonly redis: RedisClient) {
    super();
    this.keys = KEYS.map((name) => redis.key('response', '{list}', name));
  }

  override async add(record: ResponseRecord, lease: Millis): Promise<Added> {
    const { response } = record;
    await this.sweep(Date.parse(response.createdAt) - ENDED_TIME);
    const slot = response.dryRun ? '' : digestOf(record);
    const reply = await this.redis.send(scriptRun(ADD, this.keys, [response.id, textOf(record, 1), slot, lease]));
    const [kind, text] = Array.isArray(reply) ? (reply as readonly RedisReply[]) : [];
    if (kind === 'full') return { kind };
    if (kind !== 'added' && kind !== 'known' && kind !== 'held') throw new InvariantBroken('Redis answered a script strangely');
    return { kind, kept: keptOf(text ?? null) };
  }

  override async find(id: string): Promise<Kept | undefined> {
    const text = await this.redis.send(command('HGET', this.keys[0] ?? '', id));
    return text === null ? undefined : keptOf(text);
  }

  override async list(): Promise<readonly Kept[]> {
    const texts = await this.redis.send(command('HVALS', this.keys[0] ?? ''));
    return newestFirst(Array.isArray(texts) ? (texts as readonly RedisReply[]).map(keptOf) : []);
  }

  override async save(
    record: ResponseRecord,
    { version, due }: { readonly version: number; readonly due: Millis | undefined },
  ): Promise<Kept | undefined> {
    const args = [
      record.response.id,
      version,
      textOf(record, version + 1),
      digestOf(record),
      isActive(record) ? 1 : 0,
      due === undefined ? '' : due,
    ];
    const saved = await this.redis.send(scriptRun(SAVE, this.keys, args));
    return saved === 1 ? { record, version: version + 1 } : undefined;
  }

  override async take({
    now,
    lease,
    count,
  }: {
    readonly now: Millis;
    readonly lease: Millis;
    readonly count: number;
  }): Promise<readonly Kept[]> {
    const taken = await this.redis.send(scriptRun(TAKE, this.keys, [now, lease, count]));
    return Array.isArray(taken) ? (taken as readonly RedisReply[]).map(keptOf) : [];
  }

  private async sweep(before: Millis): Promise<void> {
    if (Number(await this.redis.send(command('HLEN', this.keys[0] ?? ''))) < SWEEP_FROM) return;
    const old = (await this.list()).filter(({ record }) => endedBefore(record, before));
    if (old.length > 0)
      await this.redis.send(
        scriptRun(
          REMOVE,
          this.keys,
          old.map(({ record }) => record.response.id),
        ),
      );
  }
}

function textOf(record: ResponseRecord, version: number): string {
  return `${version}\n${encodeJson(record)}`;
}

/** Whoever may write here may do what the router may: its own words are not checked again. */
function keptOf(reply: RedisReply): Kept {
  const text = typeof reply === 'string' ? reply : '';
  const end = text.indexOf('\n');
  const parsed = parseJson(text.slice(end + 1));
  if (end < 1 || !parsed.ok) throw new InvariantBroken('a response in Redis cannot be read');
  return { record: parsed.value as ResponseRecord, version: Number(text.slice(0, end)) };
}

function digestOf({ response }: ResponseRecord): string {
  return createHash('sha256').update(slotOf(response)).digest('base64url');
}
