import type { Delivery, Evidence, ExecSession, NoneReason, Origin, Response, SessionKind, SessionPhase } from '@whoran/contracts';
import type { CandidateRecord, SessionRecord, UserRecord } from '@whoran/forensics-api';
import type { Millis, Nanos } from '@whoran/kernel';

/** What the store takes and gives. Texts are bounded and redacted before they come here. */

/** Where, who, and how that is known. */
export interface AttributedRow {
  readonly id: string;
  readonly revision: number;
  readonly timeNs: Nanos;
  readonly storedMs: Millis;
  readonly cluster: string;
  readonly node: string;
  readonly namespace?: string | undefined;
  readonly pod?: string | undefined;
  readonly container?: string | undefined;
  readonly containerId?: string | undefined;
  readonly rule: string;
  readonly priority: string;
  readonly source?: string | undefined;
  readonly evidence: Evidence;
  readonly reason?: NoneReason | undefined;
  readonly userName?: string | undefined;
  readonly identity?: Omit<UserRecord, 'name'> | undefined;
  readonly session?: string | undefined;
  readonly sessionKind?: SessionKind | undefined;
  readonly candidates?: readonly CandidateRecord[] | undefined;
  readonly process?: string | undefined;
  readonly commandLine?: string | undefined;
  readonly message: string;
  readonly tags: readonly string[];
}

/** One Falco event, forks left out. */
export interface EventRow extends AttributedRow {
  readonly type?: string | undefined;
  /** Whether it is a program start. */
  readonly command: boolean;
  /** Whether one of the lineage rules reported it. */
  readonly lineage: boolean;
  /** Names the program start itself: two rules that report one start have the same. */
  readonly start?: string | undefined;
  readonly pid?: number | undefined;
  readonly vpid?: number | undefined;
  readonly program?: string | undefined;
  readonly executable?: string | undefined;
  readonly directory?: string | undefined;
  readonly processUser?: string | undefined;
}

/** One alert that was routed. */
export interface AlertRow extends AttributedRow {
  readonly eventId: string;
  readonly raisedNs: Nanos;
}

/** A process. The ranks, revisions of the events that told, order what is said of it: the highest wins, in whatever order they come. */
export interface ProcessRow {
  readonly key: string;
  readonly storedMs: Millis;
  readonly cluster: string;
  readonly node: string;
  readonly container?: string | undefined;
  readonly pid?: number | undefined;
  readonly vpid?: number | undefined;
  readonly startedNs?: Nanos | undefined;
  readonly session?: string | undefined;
  readonly sessionRank: number;
  readonly parent?: string | undefined;
  readonly parentRank: number;
}

/** One report about a session, as it came but bounded and redacted. */
export interface ReportRow {
  readonly cluster: string;
  readonly id: string;
  readonly observer: 'webhook' | 'audit';
  readonly phase: SessionPhase;
  readonly revision: number;
  readonly requestedNs: Nanos;
  readonly storedMs: Millis;
  /** What two records of one session have in common: cluster, user, namespace, pod, kind and command. */
  readonly twinKey: string;
  /** Decides between two reports that claim the same place with the same revision. */
  readonly digest: string;
  readonly body: ExecSession;
}

/** A session as merged from its reports. */
export interface SessionRow {
  readonly cluster: string;
  readonly id: string;
  readonly storedMs: Millis;
  readonly requestedNs: Nanos;
  readonly kind: SessionKind;
  readonly phase: SessionPhase;
  readonly userName: string;
  readonly namespace: string;
  readonly pod: string;
  readonly container?: string | undefined;
  readonly injected: boolean;
  readonly webhook: boolean;
  readonly audit: boolean;
  readonly commandLine: string;
  /** The other id under which it was reported. */
  readonly alias?: string | undefined;
  /** The session that this one is only another report of. */
  readonly aliasOf?: string | undefined;
  readonly body: Omit<SessionRecord, 'commands'>;
}

/** Where events come from. */
export type SourceKind = 'falco' | 'audit' | 'webhook';

/** When something last came from a cluster and node (empty for audit and webhook). */
export interface SourceRow {
  readonly cluster: string;
  readonly node: string;
  readonly kind: SourceKind;
  readonly firstNs: Nanos;
  readonly lastNs: Nanos;
}

/** Something that was seen of a source, such as `rule:forked` or `audit-level:exec:Metadata`. From closed lists. */
export interface FactRow {
  readonly cluster: string;
  readonly node: string;
  readonly fact: string;
  readonly lastMs: Millis;
}

/** A dead letter that came. */
export interface DeadLetterRow {
  readonly id: string;
  readonly timeNs: Nanos;
  readonly storedMs: Millis;
  readonly stage: string;
  readonly reason: string;
  readonly error: string;
  readonly attempts: number;
  readonly topic?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly cluster?: string | undefined;
  readonly origin: Origin;
  readonly payload: string;
  readonly truncated: boolean;
  /** The replay that failed, 0 when it was none. */
  readonly replay: number;
  /** What comes is open, whatever was done about it before. */
  readonly state: 'open';
}

/** How a notification ended; redacted. */
export interface DeliveryRow {
  readonly id: string;
  readonly timeNs: Nanos;
  readonly storedMs: Millis;
  readonly receiver: string;
  readonly outcome: Delivery['outcome'];
  readonly body: Delivery;
}

/** One state of a response; redacted. */
export interface ResponseRow {
  readonly id: string;
  readonly revision: number;
  readonly timeNs: Nanos;
  readonly storedMs: Millis;
  readonly action: Response['action'];
  readonly state: Response['state'];
  readonly dryRun: boolean;
  readonly cluster?: string | undefined;
  readonly namespace?: string | undefined;
  readonly pod?: string | undefined;
  readonly userName?: string | undefined;
  readonly session?: string | undefined;
  readonly author: string;
  readonly body: Response;
}
