import { randomUUID } from 'node:crypto';
import { DependencyUnavailable, type Millis } from '@whoran/kernel';
import { type RedisClient, type RedisCommand, type RedisReply, type RedisScript, command, scriptRun } from '@whoran/redis';
import type { Notified } from './decide-notification.ts';
import { NotificationLog } from './notification-log.ts';

/**
 * Keys of the notification log, each with a time to live:
 *
 *     <prefix>:notified:<alert id>    "<revision>:<0: nobody named, 1: a user, 2: nobody and withdrawn, 3: a user and withdrawn>"
 *                                                         for the dedup TTL
 *                                     "claim:<router>"    for 10 s
 *
 * A router that finds nothing puts its claim there, and what it notified in the place of the claim. So two routers that have
 * the same alert in hand, because a partition changed owners meanwhile, do not both notify: the second waits for the first,
 * and takes over when the claim of one that died has run out. It is still at least once: a router that is slower than its
 * claim is not stopped, and one that dies between publishing and recording has notified without a trace. What Redis loses,
 * each router puts back as far as it notified it itself.
 */
const CLAIM_TIME = 10_000;
/** What was notified and could not be recorded yet is known here, so that the batch that comes again does not repeat it. */
const MAX_UNRECORDED = 10_000;

const FIND: RedisScript = {
  keys: 1,
  lua: `
local known = redis.call('GET', KEYS[1])
if known and known ~= ARGV[1] then return known end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return false`,
};

const RECORD: RedisScript = {
  keys: 1,
  lua: `
local known = redis.call('GET', KEYS[1])
local revision = known and tonumber(string.match(known, '^(%d+):[0-3]$'))
if revision and revision >= tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1] .. ':' .. ARGV[2], 'PX', ARGV[3])
return 1`,
};

/** A log in Redis that routers share. Each call is one round trip. */
export class RedisNotificationLog extends NotificationLog {
  private readonly claim = `claim:${randomUUID()}`;
  private readonly unrecorded = new Map<string, Notified>();

  constructor(
    private readonly redis: RedisClient,
    private readonly limits: { readonly ttl: Millis; readonly claimTime?: Millis },
    /** What this router notified itself: Redis may lose what it knows. */
    private readonly own: NotificationLog,
  ) {
    super();
  }

  override find(ids: readonly string[]): Promise<ReadonlyMap<string, Notified>> {
    const { claimTime = CLAIM_TIME } = this.limits;
    return this.ask(ids, (key) => scriptRun(FIND, [key], [this.claim, claimTime]));
  }

  override async look(ids: readonly string[]): Promise<ReadonlyMap<string, Notified>> {
    return ids.length === 0 ? new Map() : this.ask(ids, (key) => command('GET', key));
  }

  override async record(notified: ReadonlyMap<string, Notified>): Promise<void> {
    for (const [id, entry] of notified) this.unrecorded.set(id, entry);
    for (const id of this.unrecorded.keys()) {
      if (this.unrecorded.size <= MAX_UNRECORDED) break;
      this.unrecorded.delete(id);
    }
    await this.own.record(notified);
    await this.redis.pipeline(this.recording(notified));
    this.settle(notified);
  }

  /** What Redis has lost and this router knows is put back. */
  private async putBack(ids: readonly string[]): Promise<ReadonlyMap<string, Notified>> {
    const known = await this.own.find(ids);
    if (known.size > 0) await this.redis.pipeline(this.recording(known));
    return known;
  }

  private async ask(ids: readonly string[], question: (key: string) => RedisCommand): Promise<ReadonlyMap<string, Notified>> {
    const late = new Map(this.unrecorded);
    const asked = [...new Set(ids)].filter((id) => !late.has(id));
    const replies = await this.redis.pipeline([...asked.map((id) => question(this.keyOf(id))), ...this.recording(late)]);
    this.settle(late);
    const found = new Map([...late].filter(([id]) => ids.includes(id)));
    const missing: string[] = [];
    let claimed = 0;
    for (const [index, id] of asked.entries()) {
      const reply = replies[index];
      const notified = readNotified(reply);
      if (notified) found.set(id, notified);
      else if (typeof reply === 'string' && reply.startsWith('claim:') && reply !== this.claim) claimed += 1;
      else missing.push(id);
    }
    if (claimed > 0) throw new DependencyUnavailable(`another router is notifying ${claimed} of these alerts`);
    return missing.length > 0 ? new Map([...found, ...(await this.putBack(missing))]) : found;
  }

  private settle(recorded: ReadonlyMap<string, Notified>): void {
    for (const [id, entry] of recorded) if (this.unrecorded.get(id) === entry) this.unrecorded.delete(id);
  }

  private recording(notified: ReadonlyMap<string, Notified>): RedisCommand[] {
    return Array.from(notified, ([id, { revision, named, withdrawn }]) =>
      scriptRun(RECORD, [this.keyOf(id)], [revision, (named ? 1 : 0) + (withdrawn ? 2 : 0), this.limits.ttl]),
    );
  }

  private keyOf(id: string): string {
    return this.redis.key('notified', id);
  }
}

/** What somebody else wrote there is as if there were nothing: too much is notified rather than too little. */
function readNotified(reply: RedisReply | undefined): Notified | undefined {
  const match = typeof reply === 'string' ? /^(\d{1,15}):([0-3])$/.exec(reply) : null;
  if (!match) return undefined;
  const said = Number(match[2]);
  return { revision: Number(match[1]), named: said % 2 === 1, ...(said > 1 ? { withdrawn: true } : {}) };
}
