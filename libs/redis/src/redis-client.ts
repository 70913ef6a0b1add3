import type { Logger } from '@whoran/kernel';
import { Cluster } from 'ioredis';
import { Commander, type ReplyOptions, groupByNode } from './commander.ts';
import { type Connection, connect } from './connect.ts';
import { ConnectionWatch, type OnProblem } from './connection-watch.ts';
import { type RedisCommand, type RedisReply, nameOf } from './redis-command.ts';
import { classifyRedisError, isRedirection, redisError } from './redis-error.ts';
import { type RedisAddress, type RedisOptions, readRedisOptions } from './redis-options.ts';
import { type RedisListener, type RedisSubscription, subscribe } from './subscription.ts';

/** Who hears of what happens to the connection. */
export interface RedisHost {
  readonly logger: Logger;
  /** Told when something is wrong, what, and when all is well again. */
  readonly onProblem?: OnProblem;
  /** How the connections are called in the CLIENT LIST of Redis. */
  readonly connectionName?: string;
}

/** The longest that an answer may take, milliseconds. The library would set a timer for each command, which costs half of all. */
const ANSWER_LIMIT = 5_000;
const CLOSE_LIMIT = 1_000;

/**
 * A connection to Redis, Sentinel or Cluster that comes back by itself. While Redis is away every command rejects with
 * DependencyUnavailable within seconds; whether it was carried out is then unknown, so commands must bear repetition.
 */
export class RedisClient {
  private readonly connection: Connection;
  private readonly watch: ConnectionWatch;
  private readonly commander: Commander;
  private readonly subscriptions = new Set<RedisSubscription>();

  constructor(
    private readonly options: RedisOptions,
    private readonly host: RedisHost,
    private readonly address: RedisAddress = readRedisOptions(options),
  ) {
    this.connection = connect(address, this.name());
    this.watch = new ConnectionWatch(this.connection, host.logger, host.onProblem);
    this.commander = new Commander(this.connection);
  }

  /** A key, or channel, of this deployment. */
  key(...parts: readonly string[]): string {
    return [this.options.prefix, ...parts].join(':');
  }

  /** What keeps Redis from doing its work, for readiness; nothing when all is well. Never waits. */
  problem(): string | undefined {
    return this.watch.problem();
  }

  /** Sends one command. Rejects with DependencyUnavailable, or InvariantBroken if it can never succeed. */
  async send(command: RedisCommand, options: ReplyOptions = {}): Promise<RedisReply> {
    await this.watch.connected();
    const name = nameOf(command);
    try {
      const reply = await within(ANSWER_LIMIT, this.commander.send(command, options));
      this.watch.succeeded(name);
      return reply;
    } catch (error) {
      this.watch.refused(name, error);
      throw redisError(error, name);
    }
  }

  /**
   * Sends commands in one round trip, in a cluster in one to each node, and resolves with their replies in order. Commands of
   * one key are carried out in order. It is no transaction: if it rejects, as `send` does, some may have been carried out.
   */
  async pipeline(commands: readonly RedisCommand[], options: ReplyOptions = {}): Promise<readonly RedisReply[]> {
    if (commands.length === 0) return [];
    await this.watch.connected();
    const replies = new Array<RedisReply>(commands.length).fill(null);
    const { connection } = this;
    const groups = groupByNode(commands, connection instanceof Cluster ? (slot) => connection.slots[slot]?.join() ?? '' : undefined);
    const errors = await Promise.all(groups.map((indices) => this.pipelineOf(indices, { commands, replies, options })));
    const worst = worstOf(errors.flat());
    if (worst !== undefined) throw redisError(worst, `one of ${commands.length} commands`);
    return replies;
  }

  /** Listens on a channel, over a connection of its own that comes back by itself. */
  subscribe(channel: string, listener: RedisListener): RedisSubscription {
    const subscription = subscribe(connect(this.address, `${this.name()}-listener`), channel, listener);
    this.subscriptions.add(subscription);
    return {
      close: () => {
        this.subscriptions.delete(subscription);
        subscription.close();
      },
    };
  }

  /** Another connection to the same Redis. */
  duplicate(): RedisClient {
    return new RedisClient(this.options, this.host, this.address);
  }

  /** Waits up to a second for what was asked, then ends the connections. */
  async close(): Promise<void> {
    this.watch.close();
    for (const subscription of this.subscriptions) subscription.close();
    if (this.connection.status === 'ready') await within(CLOSE_LIMIT, this.connection.quit()).catch(() => 'ended anyway');
    this.connection.disconnect();
  }

  private name(): string {
    return this.host.connectionName ?? 'whoran';
  }

  /** Fills in the replies of the commands of one node; resolves with the errors. */
  private async pipelineOf(
    indices: readonly number[],
    { commands, replies, options }: { commands: readonly RedisCommand[]; replies: RedisReply[]; options: ReplyOptions },
  ): Promise<readonly unknown[]> {
    const sent = indices.length === commands.length ? commands : indices.flatMap((index) => commands[index] ?? []);
    const errors: unknown[] = [];
    const outcomes = await within(ANSWER_LIMIT, this.commander.pipeline(sent, options)).catch((error: unknown) => void errors.push(error));
    for (const [position, outcome] of (outcomes ?? []).entries()) {
      const index = indices[position] ?? 0;
      const command = sent[position];
      if (!command) continue;
      if (outcome.ok) {
        replies[index] = outcome.reply;
        this.watch.succeeded(nameOf(command));
      } else if (isRedirection(outcome.error)) {
        // Of a pipeline that only partly belongs elsewhere, the client library follows no redirection.
        await this.send(command, options).then(
          (reply) => (replies[index] = reply),
          (error: unknown) => errors.push(error),
        );
      } else {
        this.watch.refused(nameOf(command), outcome.error);
        errors.push(outcome.error);
      }
    }
    return errors;
  }
}

/** What may pass goes first: it is not known whether the rest can ever succeed until it is tried again. */
function worstOf(errors: readonly unknown[]): unknown {
  return errors.find((error) => classifyRedisError(error) !== 'misused') ?? errors[0];
}

async function within<T>(limit: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${limit} ms`)), limit);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Opens a connection to Redis. Throws ConfigInvalid; it does not wait for Redis, which may be away. */
export function openRedis(options: RedisOptions, host: RedisHost): RedisClient {
  return new RedisClient(options, host);
}
