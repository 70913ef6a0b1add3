import type { Evidence, SessionKind, SessionPhase } from '@whoran/contracts';
import type { AlertRecord, CommandRecord, DeadLetterCount, SessionRecord } from '@whoran/forensics-api';
import type { Millis, Nanos } from '@whoran/kernel';
import type { DeadLetterStore } from '../dead-letters/dead-letter-store.ts';
import type { DeliveryStore } from '../deliveries/delivery-store.ts';
import type { ResponseStore } from '../responses/response-store.ts';
import type { AlertRow, EventRow, FactRow, ProcessRow, ReportRow, SourceRow } from './rows.ts';

/** Where a page ended; the next begins behind it. */
export interface Position {
  readonly timeNs: Nanos;
  readonly id: string;
}

/** Which part of a list, and in which order of time. */
export interface PageOf {
  readonly limit: number;
  readonly after?: Position | undefined;
  readonly order: 'asc' | 'desc';
}

/** What narrows a list. A `user` with `*` at an end is a pattern. `sinceNs` is included and `untilNs` is not. */
export interface Search extends PageOf {
  readonly user?: string | undefined;
  readonly cluster?: string | undefined;
  readonly namespace?: string | undefined;
  readonly pod?: string | undefined;
  readonly container?: string | undefined;
  readonly text?: string | undefined;
  readonly sinceNs?: Nanos | undefined;
  readonly untilNs?: Nanos | undefined;
}

/** A search for commands. */
export interface CommandSearch extends Search {
  readonly session?: string | undefined;
  readonly evidence?: Evidence | undefined;
}

/** A search for alerts. */
export interface AlertSearch extends CommandSearch {
  readonly rule?: string | undefined;
}

/** A search for sessions. */
export interface SessionSearch extends Search {
  readonly kind?: SessionKind | undefined;
  readonly phase?: SessionPhase | undefined;
  readonly injected?: boolean | undefined;
}

/** A found record and where it stands, for the next page. */
export interface Found<T> {
  readonly record: T;
  readonly position: Position;
}

/** A process as stored. */
export interface StoredProcess {
  readonly key: string;
  readonly parent?: string | undefined;
  readonly node: string;
  readonly container?: string | undefined;
  readonly pid?: number | undefined;
  readonly vpid?: number | undefined;
  readonly startedNs?: Nanos | undefined;
}

/** Everything that ran in a session. */
export interface SessionContents {
  readonly processes: readonly StoredProcess[];
  readonly commands: readonly CommandRecord[];
  readonly alerts: readonly AlertRecord[];
}

/** How much of a session is read at most. */
export interface ContentLimits {
  readonly processes: number;
  readonly commands: number;
  readonly alerts: number;
}

/** How many commands of a node have which evidence. */
export interface EvidenceCount {
  readonly cluster: string;
  readonly node: string;
  readonly evidence: Evidence;
  readonly count: number;
}

/** Exec sessions of a cluster; `silent` were injected and confirmed, and no command of theirs is known. */
export interface ExecCount {
  readonly cluster: string;
  readonly total: number;
  readonly refused: number;
  readonly injected: number;
  readonly attributed: number;
  readonly withoutWebhook: number;
  readonly silent: number;
  readonly silentExample?: string | undefined;
}

/** Program starts of a node that another rule reported and the lineage rule did not. */
export interface HiddenStarts {
  readonly cluster: string;
  readonly node: string;
  readonly count: number;
  readonly rule: string;
}

/** What status and doctor are made from. */
export interface Overview {
  readonly sources: readonly SourceRow[];
  readonly facts: readonly FactRow[];
  readonly evidence: readonly EvidenceCount[];
  readonly execs: readonly ExecCount[];
  readonly hidden: readonly HiddenStarts[];
  readonly deadLetters: readonly DeadLetterCount[];
}

/** What the overview is about. Sessions and events younger than `settledNs` may still be incomplete and are left out of complaints. */
export interface OverviewOf {
  readonly cluster?: string | undefined;
  readonly sinceNs: Nanos;
  readonly settledNs: Nanos;
}

/**
 * Where forensics keeps what it knows. Saving is idempotent: the same rows again, in any order, change nothing, and of an
 * event the highest revision stays. Every method rejects with DependencyUnavailable while the database does not answer.
 */
export abstract class Store {
  /** The dead letters, in the same database. */
  abstract readonly letters: DeadLetterStore;
  /** How notifications ended, in the same database. */
  abstract readonly deliveries: DeliveryStore;
  /** The responses to users, in the same database. */
  abstract readonly responses: ResponseStore;

  abstract saveEvents(events: readonly EventRow[], processes: readonly ProcessRow[]): Promise<void>;
  abstract saveAlerts(alerts: readonly AlertRow[]): Promise<void>;
  abstract saveReports(reports: readonly ReportRow[]): Promise<void>;
  abstract saveSightings(sources: readonly SourceRow[], facts: readonly FactRow[]): Promise<void>;

  abstract commands(search: CommandSearch): Promise<readonly Found<CommandRecord>[]>;
  abstract alerts(search: AlertSearch): Promise<readonly Found<AlertRecord>[]>;
  abstract sessions(search: SessionSearch): Promise<readonly Found<SessionRecord>[]>;
  /** Sessions of this id or alias: none, one, or one for each of several clusters. */
  abstract session(id: string, cluster?: string): Promise<readonly SessionRecord[]>;
  abstract contents(session: SessionRecord, limits: ContentLimits): Promise<SessionContents>;
  abstract overview(of: OverviewOf): Promise<Overview>;

  /** Deletes what was stored before a time, at most `limit` rows of each kind; answers how many rows went. */
  abstract deleteBefore(storedMs: Millis, limit: number): Promise<number>;
  /** Resolves when the database answers. */
  abstract ping(): Promise<void>;
  abstract close(): Promise<void>;
}
