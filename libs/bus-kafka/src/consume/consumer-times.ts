import type { Millis } from '@whoran/kernel';

/**
 * A member that dies is missed after ten seconds, so that is how long its partitions wait. It beats every second, which is
 * also how soon members learn of a rebalance. Handlers are told to stop then; those that need longer than half a minute are
 * not waited for, and their messages come again.
 */
export const TIMES = { sessionTimeout: 10_000, heartbeatInterval: 1000, rebalanceTimeout: 30_000 };
/** A fetch that brings nothing is over after half a second: closing waits for it, and a blocked partition goes on after it. */
export const FETCH = { minBytes: 1, maxWaitTimeInMs: 500 };
/** How a loop tries again. */
export const RETRY = { initialRetryTime: 100, multiplier: 2, maxRetryTime: 2000, retries: 8 };
/** Fewer, since each try of the loop tries this often, and nothing is heard of the loop meanwhile. */
export const CONNECTING = { ...RETRY, retries: 4 };
/** How long brokers may take to answer. */
export const REQUEST_TIMEOUT: Millis = 15_000;
