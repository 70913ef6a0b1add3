import { hash, randomUUID } from 'node:crypto';
import { type Notification, encodeJson, parseJson } from '@whoran/contracts';
import type { Millis } from '@whoran/kernel';
import { type RedisClient, type RedisReply, command, scriptRun } from '@whoran/redis';
import { type Change, type ChangeOutcome, type Claim, type DispatchState, DispatchStore, type Kept } from './dispatch-store.ts';
import { CLAIM, SAVE, TOLD } from './redis-scripts.ts';

/** How long a state is kept after it was due: long enough for all routers to be away over a holiday. */
const KEEP: Millis = 7 * 86_400_000;
const OUTCOMES: readonly ChangeOutcome[] = ['changed', 'saved', 'full'];

/**
 * A memory in Redis that routers share:
 *
 *     <prefix>:dispatch:{groups}:due     keys by when they are due
 *     <prefix>:dispatch:{groups}:<key>   a hash: v version, s state, o outbox, i its id, d when the state is due
 *     <prefix>:inhibiting:<digest>       1, for as long as the alert inhibits
 *
 * What belongs together changes in one step, so all of it is in one slot of a cluster. Each call is one round trip.
 */
export class RedisDispatchStore extends DispatchStore {
  private readonly due: string;

  constructor(
    private readonly redis: RedisClient,
    private readonly limits: { readonly groups: number },
  ) {
    super();
    this.due = redis.key('dispatch', '{groups}', 'due');
  }

  override async load(keys: readonly string[]): Promise<ReadonlyMap<string, Kept>> {
    const asked = [...new Set(keys)];
    const replies = await this.redis.pipeline(asked.map((key) => command('HMGET', this.keyOf(key), 'v', 's', 'o')));
    const found = new Map<string, Kept>();
    for (const [index, key] of asked.entries()) {
      const kept = keptIn(replies[index]);
      if (kept) found.set(key, kept);
    }
    return found;
  }

  override async save(changes: readonly Change[], now: Millis): Promise<readonly ChangeOutcome[]> {
    const replies = await this.redis.pipeline(changes.map((change) => this.saving(change, now)));
    return replies.map((reply) => OUTCOMES[Number(reply)] ?? 'changed');
  }

  override async claim({ now, lease, limit }: Claim): Promise<readonly string[]> {
    const reply = await this.redis.send(scriptRun(CLAIM, [this.due], [now, now + lease, limit]));
    return Array.isArray(reply) ? reply.map(String) : [];
  }

  override async told(key: string, id: string): Promise<void> {
    await this.redis.send(scriptRun(TOLD, [this.keyOf(key), this.due], [key, id]));
  }

  override async inhibit(keys: readonly string[], until: Millis, now: Millis): Promise<void> {
    const time = Math.max(1, Math.round(until - now));
    await this.redis.pipeline([...new Set(keys)].map((key) => command('SET', this.inhibitorOf(key), 1, 'PX', time)));
  }

  override async inhibiting(keys: readonly string[]): Promise<ReadonlySet<string>> {
    const asked = [...new Set(keys)];
    const replies = await this.redis.pipeline(asked.map((key) => command('EXISTS', this.inhibitorOf(key))));
    return new Set(asked.filter((_, index) => replies[index] === 1));
  }

  private saving({ key, version, state, dueAt, outbox }: Change, now: Millis) {
    const keep = Math.round(Math.max(0, (dueAt ?? now) - now) + KEEP);
    const limit = state?.kind === 'group' ? this.limits.groups : 0;
    const told = outbox ? [encodeJson(outbox.notification), outbox.notification.id, outbox.until] : ['', '', ''];
    const args = [key, version, randomUUID(), state ? encodeJson(state) : '', dueAt ?? '', ...told, limit, keep];
    return scriptRun(SAVE, [this.keyOf(key), this.due], args);
  }

  private keyOf(key: string): string {
    return this.redis.key('dispatch', '{groups}', key);
  }

  private inhibitorOf(key: string): string {
    return this.redis.key('inhibiting', hash('sha256', key).slice(0, 32));
  }
}

/** What somebody else wrote there is as if there were no state: its version lets the next change take its place. */
function keptIn(reply: RedisReply | undefined): Kept | undefined {
  const [version, state, outbox] = (Array.isArray(reply) ? reply : []) as readonly RedisReply[];
  if (typeof version !== 'string') return undefined;
  const [read, told] = [objectIn<DispatchState>(state), objectIn<Notification>(outbox)];
  return { version, ...(read ? { state: read } : {}), ...(told ? { outbox: told } : {}) };
}

function objectIn<T extends object>(text: unknown): T | undefined {
  const json = typeof text === 'string' && text !== '' ? parseJson(text) : undefined;
  return json?.ok && typeof json.value === 'object' && json.value !== null ? (json.value as T) : undefined;
}
