import type { Priority } from '@whoran/contracts';

/** A route as the file has it. */
export interface RouteEntry {
  readonly receiver?: string;
  readonly matchers?: readonly string[];
  readonly min_priority?: Priority;
  readonly continue?: boolean;
  readonly group_by?: readonly string[] | 'none';
  readonly group_wait?: string;
  readonly group_interval?: string;
  readonly repeat_interval?: string;
  readonly mute_time_intervals?: readonly string[];
  readonly active_time_intervals?: readonly string[];
  readonly routes?: readonly RouteEntry[];
}

/** A receiver as the file has it: a name, what holds for every kind, and one key that is a kind of output. */
export interface ReceiverEntry extends Readonly<Record<string, unknown>> {
  readonly name: string;
  readonly queue?: { readonly size?: number; readonly concurrency?: number; readonly deadline?: string };
  readonly rate_limit?: { readonly limit: number; readonly per?: string };
  readonly on_failure?: string;
  readonly escalate_after?: string;
}

/** An inhibition as the file has it. */
export interface InhibitRuleEntry {
  readonly name?: string;
  readonly source_matchers?: readonly string[];
  readonly target_matchers?: readonly string[];
  readonly equal?: readonly string[];
}

/** A time interval as the file has it. */
export interface TimeIntervalEntry {
  readonly times?: readonly { readonly start_time: string; readonly end_time: string }[];
  readonly weekdays?: readonly string[];
  readonly days_of_month?: readonly string[];
  readonly months?: readonly string[];
  readonly years?: readonly string[];
  readonly location?: string;
}

/** The routes file after it was checked against the schema. */
export interface RoutesFileContent {
  readonly global?: { readonly resolve_timeout?: string };
  readonly route: RouteEntry & { readonly receiver: string };
  readonly inhibit_rules?: readonly InhibitRuleEntry[];
  readonly time_intervals?: readonly { readonly name: string; readonly time_intervals: readonly TimeIntervalEntry[] }[];
  readonly receivers: readonly ReceiverEntry[];
}
