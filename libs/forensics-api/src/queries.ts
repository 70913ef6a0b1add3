import type { Evidence, SessionKind, SessionPhase } from '@whoran/contracts';
import type { DeadLetterState, DeliveryRecord, ResponseRecord } from './records.ts';

/**
 * What narrows every list. `user` is the exact username; a `*` at its beginning or end stands for anything. `since` and
 * `until` are RFC 3339 times, or durations before now such as 24h. `text` is found in any case, anywhere in the command line.
 */
export interface Filter {
  readonly user?: string;
  readonly cluster?: string;
  readonly namespace?: string;
  readonly pod?: string;
  readonly container?: string;
  readonly since?: string;
  readonly until?: string;
  readonly text?: string;
}

/** Which page: at most 1000 at once; `cursor` is the `next` of the page before, under the same filter and order. */
export interface Paging {
  readonly limit?: number;
  readonly cursor?: string;
  /** `desc`, newest first, unless said otherwise. */
  readonly order?: 'asc' | 'desc';
}

/** Parameters of commands. */
export interface CommandsQuery extends Filter, Paging {
  readonly session?: string;
  readonly evidence?: Evidence;
}

/** Parameters of sessions. */
export interface SessionsQuery extends Filter, Paging {
  readonly kind?: SessionKind;
  readonly phase?: SessionPhase;
  readonly injected?: boolean;
}

/** Parameters of alerts. `text` is found in the message and the rule. */
export interface AlertsQuery extends Filter, Paging {
  readonly session?: string;
  readonly evidence?: Evidence;
  readonly rule?: string;
}

/** What narrows dead letters. `text` is found in the error, in any case. */
export interface DeadLetterFilter {
  readonly stage?: string;
  readonly reason?: string;
  readonly topic?: string;
  readonly cluster?: string;
  readonly since?: string;
  readonly until?: string;
  readonly state?: DeadLetterState;
  readonly text?: string;
}

/** Parameters of dead letters. */
export interface DeadLettersQuery extends DeadLetterFilter, Paging {}

/** Parameters of notifications. `user`, `rule`, `cluster` and `alert` are found among those told of; `text` in the error. */
export interface NotificationsQuery extends Pick<Filter, 'user' | 'cluster' | 'since' | 'until' | 'text'>, Paging {
  readonly receiver?: string;
  readonly outcome?: DeliveryRecord['outcome'];
  readonly reason?: DeliveryRecord['reason'];
  readonly rule?: string;
  readonly alert?: string;
  readonly notification?: string;
}

/** Parameters of responses. `text` is found in the reason; `cluster` also finds what is about all clusters. */
export interface ResponsesQuery extends Omit<Filter, 'container'>, Paging {
  readonly action?: ResponseRecord['action'];
  readonly state?: ResponseRecord['state'];
  readonly author?: string;
  readonly session?: string;
  readonly dryRun?: boolean;
}

/** Parameters of status and doctor. `since` is 24h unless said otherwise. */
export interface StatusQuery {
  readonly cluster?: string;
  readonly since?: string;
}

/** Parameters of tail: only commands that come from now on. */
export interface TailQuery {
  readonly user?: string;
  readonly cluster?: string;
  readonly namespace?: string;
  readonly pod?: string;
  readonly container?: string;
  readonly session?: string;
  readonly evidence?: Evidence;
  readonly text?: string;
}
