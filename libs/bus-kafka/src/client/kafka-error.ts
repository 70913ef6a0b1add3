import { AppError, DependencyUnavailable, messageOf } from '@whoran/kernel';

/** A message is larger than Kafka takes. Sending it again is of no use: it can only be kept as a dead letter. */
export class MessageTooLarge extends AppError {
  readonly code = 'WHORAN_MESSAGE_TOO_LARGE';
  readonly retriable = false;
}

/** What to do about errors that brokers answer with; all others speak for themselves. */
const ADVICE: Readonly<Record<string, string>> = {
  UNKNOWN_TOPIC_OR_PARTITION: 'a topic is missing: run `whoran topics apply`',
  TOPIC_AUTHORIZATION_FAILED: 'the user may not use this topic: its ACLs do not allow it',
  GROUP_AUTHORIZATION_FAILED: 'the user may not use this consumer group: its ACLs do not allow it',
  CLUSTER_AUTHORIZATION_FAILED: 'the user may not do this: its ACLs do not allow it',
  NOT_ENOUGH_REPLICAS: 'too few replicas are in sync',
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: 'too few replicas are in sync',
};

/** The type of the protocol error at the bottom, such as `MESSAGE_TOO_LARGE`; nothing for errors of another kind. */
export function protocolErrorOf(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 10; at = innerOf(at), depth += 1) {
    const { type } = at as { readonly type?: unknown };
    if (typeof type === 'string') return type;
  }
  return undefined;
}

/** Turns what kafkajs throws into an error that callers wait for. Errors of our own stay what they are. */
export function asUnavailable(error: unknown, doing: string): AppError {
  if (error instanceof AppError) return error;
  return new DependencyUnavailable(`Kafka: cannot ${doing}: ${reasonOf(error)}`, { cause: error });
}

/** Why, in a few words. */
export function reasonOf(error: unknown): string {
  return ADVICE[protocolErrorOf(error) ?? ''] ?? messageOf(rootOf(error)).trim();
}

/** kafkajs wraps: the outermost error often only says that it tried often enough, or that there are several. */
function rootOf(error: unknown): unknown {
  let at = error;
  for (let depth = 0; depth < 10; depth += 1) {
    const next = innerOf(at);
    if (!(next instanceof Error)) break;
    at = next;
  }
  return at;
}

function innerOf(error: unknown): unknown {
  if (!(error instanceof Error)) return undefined;
  const { errors } = error as { readonly errors?: unknown };
  return Array.isArray(errors) ? errors[0] : error.cause;
}
