import { randomUUID } from 'node:crypto';
import type { Clock, Logger } from '@whoran/kernel';
import { type RedisClient, type RedisReply, type RedisScript, command, scriptRun } from '@whoran/redis';
import { type Silence, type SilenceIndex, indexSilences } from '@whoran/routing';
import { decodeSilence, encodeSilence } from './silence-code.ts';
import { MAX_SILENCES, SilenceStore, isKept } from './silence-store.ts';

/**
 * One key, a hash without a time to live:
 *
 *     <prefix>:silences    id → silence as JSON, until somebody changes silences KEPT_AFTER_END after its end
 *                          ":revision" → a new one at every change, so that readers know whether to read all of it again. No number,
 *                          because that of a Redis which was emptied, or lost its last changes, would come once more
 */
const REVISION = ':revision';

/** ARGV: the most silences, a new revision, how many ids to drop, these ids, then an id and a silence in turn. Answers 1, or 0 when it is full. */
const PUT: RedisScript = {
  keys: 1,
  lua: `
local drop = tonumber(ARGV[3])
local room = tonumber(ARGV[1]) + 1 - redis.call('HLEN', KEYS[1])
for i = 4, 3 + drop do room = room + redis.call('HEXISTS', KEYS[1], ARGV[i]) end
for i = 4 + drop, #ARGV, 2 do room = room - 1 + redis.call('HEXISTS', KEYS[1], ARGV[i]) end
if room < 0 then return 0 end
for i = 4, 3 + drop do redis.call('HDEL', KEYS[1], ARGV[i]) end
for i = 4 + drop, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
redis.call('HSET', KEYS[1], '${REVISION}', ARGV[2])
return 1`,
};

interface Read {
  readonly revision: string;
  readonly silences: readonly Silence[];
  readonly index: SilenceIndex;
}

/** Silences in Redis, which routers share. Each keeps what it read until the revision says that there is something new. */
export class RedisSilenceStore extends SilenceStore {
  private known: Read | undefined;
  private readonly key: string;

  constructor(
    private readonly redis: RedisClient,
    private readonly around: { readonly clock: Clock; readonly logger: Logger },
  ) {
    super();
    this.key = redis.key('silences');
  }

  override async all(): Promise<readonly Silence[]> {
    const now = this.around.clock.now();
    return (await this.read()).silences.filter((silence) => isKept(silence, now));
  }

  override async index(): Promise<SilenceIndex> {
    return (await this.read()).index;
  }

  override async put(silences: readonly Silence[]): Promise<boolean> {
    const now = this.around.clock.now();
    const put = new Set(silences.map(({ id }) => id));
    const old = (await this.read()).silences.filter((silence) => !isKept(silence, now) && !put.has(silence.id));
    const texts = silences.flatMap((silence) => [silence.id, encodeSilence(silence)]);
    const reply = await this.redis.send(
      scriptRun(PUT, [this.key], [MAX_SILENCES, randomUUID(), old.length, ...old.map(({ id }) => id), ...texts]),
    );
    return reply === 1;
  }

  private async read(): Promise<Read> {
    const revision = String(await this.redis.send(command('HGET', this.key, REVISION)));
    if (this.known?.revision === revision) return this.known;
    return (this.known = this.decode(await this.redis.send(command('HGETALL', this.key))));
  }

  private decode(reply: RedisReply): Read {
    const fields = Array.isArray(reply) ? reply.map(String) : [];
    const silences: Silence[] = [];
    let revision = 'null';
    let unreadable = 0;
    for (let at = 0; at + 1 < fields.length; at += 2) {
      const [id = '', text = ''] = fields.slice(at, at + 2);
      const silence = id === REVISION ? undefined : decodeSilence(text);
      if (id === REVISION) revision = text;
      else if (silence?.id === id) silences.push(silence);
      else unreadable += 1;
    }
    if (unreadable > 0) this.around.logger.warn('silences.unreadable', { count: unreadable });
    return { revision, silences, index: indexSilences(silences) };
  }
}
