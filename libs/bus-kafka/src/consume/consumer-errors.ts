import { messageOf } from '@whoran/kernel';
import { protocolErrorOf } from '../client/kafka-error.ts';

/** Errors after which kafkajs joins the group again. */
const REJOINING = ['REBALANCE_IN_PROGRESS', 'NOT_COORDINATOR_FOR_GROUP', 'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID'];
/** Errors at which kafkajs ends a consumer for good, although they only mean that brokers are still starting, or slow. */
const PASSING = ['KafkaJSGroupCoordinatorNotFound', 'KafkaJSLockTimeout', 'KafkaJSTimeout'];

/** Whether the member is about to lose its partitions. */
export function meansRejoining(error: unknown): boolean {
  return REJOINING.includes(protocolErrorOf(error) ?? '');
}

/** Whether a consumer that ended by this error may as well be started again. */
export function willPass(error: unknown): boolean {
  for (let at = error, depth = 0; at instanceof Error && depth < 10; at = at.cause, depth += 1) if (PASSING.includes(at.name)) return true;
  return false;
}

/** kafkajs ends for good at errors that look like bugs to it, such as a TypeError, whoever made them. */
export function forKafkajs(error: unknown): Error {
  const ours = !(error instanceof Error) || !error.name.startsWith('KafkaJS');
  return ours ? new Error(`unexpected: ${messageOf(error)}`) : error;
}
