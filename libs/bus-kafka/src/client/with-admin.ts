import type { Logger } from '@whoran/kernel';
import type { Admin } from 'kafkajs';
import { calmRequestQueue } from './calm-request-queue.ts';
import { type KafkaConnection, openClient } from './kafka-connection.ts';
import { asUnavailable, protocolErrorOf } from './kafka-error.ts';

const RETRY = { initialRetryTime: 100, multiplier: 2, maxRetryTime: 1000, retries: 3 };
const REQUEST_TIMEOUT = 15_000;
const TRIES = 10;
const BETWEEN = 200;
/** What brokers answer while the news of a topic, or of its leader, travels between them. */
const PASSING = ['NOT_LEADER_FOR_PARTITION', 'LEADER_NOT_AVAILABLE', 'UNKNOWN_TOPIC_OR_PARTITION', 'NOT_CONTROLLER'];

/**
 * Asks brokers for something, as often as the answer is one that passes; so the work must bear to be done twice. `doing`
 * completes "cannot". Rejects with DependencyUnavailable.
 */
export async function withAdmin<R>(
  connection: KafkaConnection,
  { logger, doing }: { readonly logger: Logger; readonly doing: string },
  work: (admin: Admin) => Promise<R>,
): Promise<R> {
  await calmRequestQueue();
  const admin = openClient(connection, { retry: RETRY, requestTimeout: REQUEST_TIMEOUT, logger }).admin();
  try {
    await admin.connect();
    return await untilSettled(() => work(admin));
  } catch (error) {
    throw asUnavailable(error, doing);
  } finally {
    await admin.disconnect().catch(() => undefined); // what was to be done is done, or has failed with its own error
  }
}

async function untilSettled<R>(work: () => Promise<R>): Promise<R> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries >= TRIES || !PASSING.includes(protocolErrorOf(error) ?? '')) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, BETWEEN));
  }
}
