export type { ReplyOptions } from './commander.ts';
export { type RedisArgument, type RedisCommand, type RedisReply, type RedisScript, command, scriptRun } from './redis-command.ts';
export { type RedisHost, RedisClient, openRedis } from './redis-client.ts';
export type { RedisOptions, RedisPlace } from './redis-options.ts';
export type { RedisListener, RedisSubscription } from './subscription.ts';
export { keySlot } from './key-slot.ts';
