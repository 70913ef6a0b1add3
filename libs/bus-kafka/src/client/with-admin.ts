import type { Logger } from '@whoran/kernel';
import type { Admin } from 'kafkajs';
import { type KafkaConnection, openClient } from './kafka-connection.ts';
import { asUnavailable } from './kafka-error.ts';

const RETRY = { initialRetryTime: 100, multiplier: 2, maxRetryTime: 1000, retries: 3 };
const REQUEST_TIMEOUT = 15_000;

/** Does something that clients may ask of brokers. `doing` completes "cannot". Rejects with DependencyUnavailable. */
export async function withAdmin<R>(
  connection: KafkaConnection,
  { logger, doing }: { readonly logger: Logger; readonly doing: string },
  work: (admin: Admin) => Promise<R>,
): Promise<R> {
  const admin = openClient(connection, { retry: RETRY, requestTimeout: REQUEST_TIMEOUT, logger }).admin();
  try {
    await admin.connect();
    return await work(admin);
  } catch (error) {
    throw asUnavailable(error, doing);
  } finally {
    await admin.disconnect().catch(() => undefined); // what was to be done is done, or has failed with its own error
  }
}
