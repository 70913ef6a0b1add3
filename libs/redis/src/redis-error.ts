import { DependencyUnavailable, InvariantBroken, messageOf, truncate } from '@whoran/kernel';

/**
 * What an error of Redis means. `away`: no answer, or not now. `full`: no memory for another key. `refused`: the user may not
 * do this, or is not known. `misused`: what was asked cannot succeed, however often it is tried.
 */
export type RedisProblem = 'away' | 'full' | 'refused' | 'misused';

/** How Redis begins the errors that pass by themselves or with another node. */
const PASSING = new Set([
  'READONLY',
  'LOADING',
  'CLUSTERDOWN',
  'MASTERDOWN',
  'MOVED',
  'ASK',
  'TRYAGAIN',
  'BUSY',
  'NOREPLICAS',
  'NOSCRIPT',
  'MISCONF',
  'UNBLOCKED',
]);
const REFUSED = new Set(['NOAUTH', 'WRONGPASS', 'NOPERM']);
const ADVICE_ON_RIGHTS = 'the ACL of this user lacks something: see docs/operations/redis.md';
const MAX_MESSAGE = 300;
/** Redis 6 wraps the errors of commands that a script called. */
const CODE = /^(?:ERR Error running script .*@user_script:\s?\d+: -?)?([A-Z]+)/;

/** Tells what an error of the client library means. What is no reply of Redis is the connection's: away. */
export function classifyRedisError(error: unknown): RedisProblem {
  if (error instanceof InvariantBroken) return 'misused';
  const message = messageOf(error);
  const code = codeOf(message);
  if (code === 'OOM') return 'full';
  if (
    REFUSED.has(code) ||
    /^ERR (The user executing the script|invalid password|AUTH |Client sent AUTH|operation not permitted)/.test(message)
  )
    return 'refused';
  if (PASSING.has(code) || /^ERR max number of clients/.test(message)) return 'away';
  return isReply(error) || error instanceof TypeError || error instanceof RangeError ? 'misused' : 'away';
}

/** Turns an error of the client library into ours. Its arguments are left out: they may be secrets. */
export function redisError(error: unknown, attempted: string): DependencyUnavailable | InvariantBroken {
  if (error instanceof DependencyUnavailable || error instanceof InvariantBroken) return error;
  const problem = classifyRedisError(error);
  const message = `Redis: ${attempted}: ${describeRedisError(error)}`;
  const cause = new Error(messageText(error));
  return problem === 'misused' ? new InvariantBroken(message, { cause }) : new DependencyUnavailable(message, { cause });
}

/** Whether a node of a cluster says that another one has the key. */
export function isRedirection(error: unknown): boolean {
  return ['MOVED', 'ASK', 'TRYAGAIN'].includes(codeOf(messageOf(error)));
}

/** The message of an error with what to do about it. */
export function describeRedisError(error: unknown): string {
  const text = messageText(error);
  const advice = adviceOn(text);
  return advice === undefined ? text : `${text} (${advice})`;
}

function adviceOn(text: string): string | undefined {
  if (text.startsWith('ERR The user executing the script')) return ADVICE_ON_RIGHTS;
  switch (codeOf(text)) {
    case 'OOM':
      return 'maxmemory is reached: give Redis more memory; keep maxmemory-policy noeviction';
    case 'WRONGPASS':
      return 'check WHORAN_REDIS_USERNAME and WHORAN_REDIS_PASSWORD';
    case 'NOAUTH':
      return 'Redis wants a password: set WHORAN_REDIS_PASSWORD';
    case 'NOPERM':
      return ADVICE_ON_RIGHTS;
    case 'WRONGTYPE':
      return 'something else writes keys with this prefix: set another WHORAN_REDIS_PREFIX';
    case 'READONLY':
      return 'this is a replica: whoran needs the primary';
    case 'MISCONF':
      return 'Redis cannot save to its disk and takes no writes: see its log';
    case 'CROSSSLOT':
      return 'keys of one command are on several cluster nodes: a bug';
    default:
      return undefined;
  }
}

function messageText(error: unknown): string {
  if (error instanceof Error && error.name === 'MaxRetriesPerRequestError') return 'the connection was lost before the answer came';
  // Redis repeats the arguments of a command that it does not know.
  return truncate(messageOf(error).replace(/,? with args beginning with:.*$/s, ''), MAX_MESSAGE);
}

function codeOf(text: string): string {
  return CODE.exec(text)?.[1] ?? '';
}

function isReply(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReplyError';
}
