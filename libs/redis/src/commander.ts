import { Cluster } from 'ioredis';
import type { Connection } from './connect.ts';
import { type RedisCommand, type RedisReply, type RedisScript, nameOf } from './redis-command.ts';
import { keySlot } from './key-slot.ts';

/** How replies are wanted. */
export interface ReplyOptions {
  /** Texts as Buffers. */
  readonly binary?: boolean;
}

/** What became of a command of a pipeline. */
export type Outcome = { readonly ok: true; readonly reply: RedisReply } | { readonly ok: false; readonly error: Error };

type Method = (...args: readonly unknown[]) => unknown;

/** Gives commands to the client library. Scripts are made known to it once; it sends their text where Redis has not seen them. */
export class Commander {
  private readonly scripts = new Map<RedisScript, string>();

  constructor(private readonly connection: Connection) {}

  /** Sends one command. */
  send(command: RedisCommand, options: ReplyOptions): Promise<RedisReply> {
    return this.invoke(this.connection, command, options) as Promise<RedisReply>;
  }

  /** Sends commands that one node has the keys of, in one round trip. */
  async pipeline(commands: readonly RedisCommand[], options: ReplyOptions): Promise<readonly Outcome[]> {
    for (const { run } of commands) if (typeof run !== 'string') this.methodOf(run);
    const pipeline = this.connection.pipeline();
    for (const command of commands) void this.invoke(pipeline, command, options);
    // If one key of a pipeline of reads is on its way to another node, the library asks that node for all of them and gets
    // nothing for those that stayed. Beside a command that is no read it leaves redirections to us.
    if (this.connection instanceof Cluster) void pipeline.ping();
    const results = (await pipeline.exec()) ?? [];
    return commands.map((command, index) => {
      const [error, reply] = results[index] ?? [new Error(`no reply to ${nameOf(command)}`), null];
      return error === null ? { ok: true, reply: reply as RedisReply } : { ok: false, error };
    });
  }

  private invoke(target: unknown, { run, args }: RedisCommand, { binary = false }: ReplyOptions): unknown {
    const methods = target as Record<string, Method>;
    const suffix = binary ? 'Buffer' : '';
    return typeof run === 'string' ? methods[`call${suffix}`]?.(run, ...args) : methods[`${this.methodOf(run)}${suffix}`]?.(...args);
  }

  private methodOf(script: RedisScript): string {
    const known = this.scripts.get(script);
    if (known !== undefined) return known;
    const method = `whoranScript${this.scripts.size}`;
    this.connection.defineCommand(method, { lua: script.lua, numberOfKeys: script.keys });
    this.scripts.set(script, method);
    return method;
  }
}

/**
 * The indices of commands by the cluster node that has their keys, in order; all together without a cluster. The first
 * argument of a command is its key; those of a script are its first arguments.
 */
export function groupByNode(commands: readonly RedisCommand[], nodeOf: ((slot: number) => string) | undefined): readonly number[][] {
  if (nodeOf === undefined) return [commands.map((_, index) => index)];
  const groups = new Map<string, number[]>();
  for (const [index, { args }] of commands.entries()) {
    const [key = ''] = args;
    const node = nodeOf(keySlot(typeof key === 'number' ? String(key) : key));
    const group = groups.get(node);
    if (group) group.push(index);
    else groups.set(node, [index]);
  }
  return [...groups.values()];
}
