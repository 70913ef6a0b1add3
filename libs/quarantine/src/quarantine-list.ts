import { randomUUID } from 'node:crypto';
import { type Clock, DependencyUnavailable, type Issue, type Result, err } from '@whoran/kernel';
import { type RedisClient, type RedisListener, type RedisReply, type RedisSubscription, command, scriptRun } from '@whoran/redis';
import type { Block } from '@whoran/response';
import { type QuarantineRecord, decodeRecord, encodeRecord } from './quarantine-record.ts';
import { ADD, KEYS, MAX_ENTRIES, REMOVE, RESTORE } from './quarantine-scripts.ts';

/** Which state of which list somebody has seen. */
export interface QuarantineMark {
  readonly generation: string;
  readonly revision: number;
}

/** The list as it stands in Redis. */
export interface QuarantineContent {
  readonly records: readonly QuarantineRecord[];
  /** The ids of what cannot be read, at most 100 characters each, and why. */
  readonly malformed: ReadonlyMap<string, readonly Issue[]>;
}

/**
 * What a look at the list gave. `lost`: this is not what follows on what was seen before: Redis was emptied, lost its last
 * changes in a failover, or evicted keys.
 */
export type QuarantineReading =
  | { readonly kind: 'unchanged' }
  | ({ readonly kind: 'changed'; readonly mark: QuarantineMark | undefined } & QuarantineContent)
  | ({ readonly kind: 'lost' } & QuarantineContent);

/** What was removed is remembered for so long, so that nobody who was away puts it back. Milliseconds. */
const REMOVED_TIME = 7 * 86_400_000;
/** What has run out stays listed for so long. Milliseconds. */
const EXPIRED_TIME = 86_400_000;
const MAX_ID = 100;

/** The quarantine list in Redis: whoever adds to it keeps users out of containers at every webhook within a second. */
export class QuarantineList {
  private readonly keys: readonly string[];
  private readonly channel: string;

  constructor(
    private readonly redis: RedisClient,
    private readonly clock: Clock,
  ) {
    this.keys = KEYS.map((name) => redis.key('quarantine', '{list}', name));
    this.channel = redis.key('quarantine');
  }

  /**
   * Adds an entry. With an id that is there already nothing changes, so that a repetition is harmless; resolves with what has
   * the id. Every problem if readers would not take it. Rejects with DependencyUnavailable.
   */
  async add(entry: Block, id: string = randomUUID()): Promise<Result<QuarantineRecord, readonly Issue[]>> {
    const record = { ...entry, id, created: this.clock.now() };
    const text = encodeRecord(record);
    if (!text.ok) return text;
    await this.sweep();
    const reply = String(await this.redis.send(scriptRun(ADD, this.keys, [randomUUID(), this.channel, id, text.value])));
    if (reply === 'full') return err([{ code: 'full', message: `the list has ${MAX_ENTRIES} entries: remove some` }]);
    return decodeRecord(id, reply);
  }

  /** Removes an entry; resolves with what it was, or nothing if it is not there. Rejects with DependencyUnavailable. */
  async remove(id: string): Promise<QuarantineRecord | undefined> {
    const reply = await this.removeAll([id]);
    const record = typeof reply === 'string' ? decodeRecord(id, reply) : undefined;
    return record?.ok ? record.value : undefined;
  }

  /** Everything in the list, the oldest first, also what ran out within the last day. Rejects with DependencyUnavailable. */
  async list(): Promise<QuarantineContent> {
    const reading = await this.read();
    return reading.kind === 'unchanged' ? { records: [], malformed: new Map() } : reading;
  }

  /** Looks at the list; of what was seen before only the revision is fetched. Rejects with DependencyUnavailable. */
  async read(seen?: QuarantineMark): Promise<QuarantineReading> {
    const [entries = '', , state = ''] = this.keys;
    const [fields, length] = await this.redis.pipeline([
      command('HMGET', state, 'generation', 'revision', 'count'),
      command('HLEN', entries),
    ]);
    const found = markOf(fields, length);
    if (isSame(seen, found)) return { kind: 'unchanged' };
    if (Number(length) > MAX_ENTRIES) throw new DependencyUnavailable(`the quarantine list has more than ${MAX_ENTRIES} entries`);
    const content = contentOf(await this.redis.send(command('HGETALL', entries)));
    return isLost(seen, found) ? { kind: 'lost', ...content } : { kind: 'changed', mark: found, ...content };
  }

  /** Puts back what the list has lost, but not what somebody removed. Resolves with a mark that makes the next look read all of it. */
  async restore(records: Iterable<QuarantineRecord>, seen: QuarantineMark | undefined): Promise<QuarantineMark> {
    const pairs = Array.from(records, (record) => [record.id, encodeRecord(record)] as const);
    const args = pairs.flatMap(([id, text]) => (text.ok ? [id, text.value] : []));
    const reply = await this.redis.send(scriptRun(RESTORE, this.keys, [randomUUID(), this.channel, seen?.revision ?? 0, ...args]));
    const [generation, revision] = reply as readonly [string, number];
    return { generation, revision: revision - 1 };
  }

  /** Tells of changes, and each time when some may have been missed. */
  listen(listener: RedisListener): RedisSubscription {
    return this.redis.subscribe(this.channel, listener);
  }

  /** Removes what ran out long ago, and forgets what was removed longer ago than any reader was away. */
  private async sweep(): Promise<void> {
    const now = this.clock.now();
    const [, removed = ''] = this.keys;
    const { records } = await this.list();
    const over = records.filter(({ until }) => until !== undefined && until < now - EXPIRED_TIME);
    if (over.length > 0) await this.removeAll(over.map(({ id }) => id));
    const times = pairsOf(await this.redis.send(command('HGETALL', removed)));
    const forgotten = times.filter(([, time]) => !(Number(time) >= now - REMOVED_TIME)).map(([id]) => id);
    if (forgotten.length > 0) await this.redis.send(command('HDEL', removed, ...forgotten));
  }

  private removeAll(ids: readonly string[]): Promise<RedisReply> {
    return this.redis.send(scriptRun(REMOVE, this.keys, [randomUUID(), this.channel, this.clock.now(), ...ids]));
  }
}

interface FoundMark extends QuarantineMark {
  /** Whether there are as many entries as there should be. */
  readonly complete: boolean;
}

function markOf(fields: RedisReply | undefined, length: RedisReply | undefined): FoundMark | undefined {
  const [generation, revision, count] = Array.isArray(fields) ? (fields as readonly RedisReply[]) : [];
  if (typeof generation !== 'string' || typeof revision !== 'string') return undefined;
  return { generation, revision: Number(revision), complete: Number(count) === Number(length) };
}

function isSame(seen: QuarantineMark | undefined, found: FoundMark | undefined): boolean {
  return found !== undefined && found.complete && seen?.generation === found.generation && seen.revision === found.revision;
}

/** Whether what is found does not follow on what was seen. */
function isLost(seen: QuarantineMark | undefined, found: FoundMark | undefined): boolean {
  if (found && !found.complete) return true;
  if (!seen) return false;
  return !found || found.generation !== seen.generation || !(found.revision >= seen.revision);
}

function contentOf(reply: RedisReply): QuarantineContent {
  const records: QuarantineRecord[] = [];
  const malformed = new Map<string, readonly Issue[]>();
  for (const [id, text] of pairsOf(reply)) {
    const record = decodeRecord(id, text);
    if (record.ok) records.push(record.value);
    else malformed.set(id.slice(0, MAX_ID), record.error);
  }
  return { records: records.sort((a, b) => a.created - b.created || (a.id < b.id ? -1 : 1)), malformed };
}

function pairsOf(reply: RedisReply): [string, string][] {
  const flat = Array.isArray(reply) ? (reply as readonly RedisReply[]).map(String) : [];
  return flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1] ?? ''] as [string, string]] : []));
}
