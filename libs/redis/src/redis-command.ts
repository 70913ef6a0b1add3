/** What Redis is given. */
export type RedisArgument = string | number | Buffer;

/** What Redis answers. Texts are Buffers when they were asked for as such. */
export type RedisReply = string | number | null | Buffer | readonly RedisReply[];

/** A Lua script that Redis runs as one step. It must touch the keys it is given and no others. */
export interface RedisScript {
  readonly lua: string;
  /** How many keys it is given. All of them must have the same hash tag. */
  readonly keys: number;
}

/** One command with its arguments, or one run of a script with its keys and then its arguments. */
export interface RedisCommand {
  readonly run: string | RedisScript;
  readonly args: readonly RedisArgument[];
}

/** A command: its name, such as HSET, and its arguments, of which the first is the key. */
export function command(name: string, ...args: readonly RedisArgument[]): RedisCommand {
  return { run: name, args };
}

/** A run of a script. */
export function scriptRun(script: RedisScript, keys: readonly string[], args: readonly RedisArgument[]): RedisCommand {
  return { run: script, args: [...keys, ...args] };
}

/** What a command is called in messages. */
export function nameOf({ run }: RedisCommand): string {
  return typeof run === 'string' ? run : 'script';
}
