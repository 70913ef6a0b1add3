import type { Delivery, Evidence, NoneReason, Response, SessionKind, SessionPhase } from '@whoran/contracts';

/** One page of a list. Without `next` it is the last one. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string;
}

/** How every error is answered. */
export interface ApiError {
  readonly error: { readonly code: string; readonly message: string };
}

/** A user of Kubernetes. */
export interface UserRecord {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly credentialId?: string;
  readonly impersonator?: string;
}

/** A session that an ambiguous event may belong to. */
export interface CandidateRecord {
  readonly session: string;
  readonly user: string;
}

/** What commands and alerts have in common: where, who, and how that is known. All times are RFC 3339 in UTC. */
export interface AttributedRecord {
  readonly id: string;
  readonly revision: number;
  readonly time: string;
  readonly cluster: string;
  readonly node: string;
  readonly namespace?: string;
  readonly pod?: string;
  readonly container?: string;
  readonly containerId?: string;
  readonly evidence: Evidence;
  /** Why nobody is named. */
  readonly reason?: NoneReason;
  readonly user?: UserRecord;
  readonly session?: string;
  readonly sessionKind?: SessionKind;
  readonly candidates?: readonly CandidateRecord[];
  /** Key of the process, as in ProcessRecord. */
  readonly process?: string;
}

/** One program start in a container. Secrets in its texts are redacted. */
export interface CommandRecord extends AttributedRecord {
  readonly rule: string;
  readonly commandLine: string;
  readonly program?: string;
  readonly executable?: string;
  readonly directory?: string;
  /** The user within the container, such as root: not the Kubernetes user. */
  readonly processUser?: string;
  readonly pid?: number;
  readonly vpid?: number;
}

/** One alert that was routed. */
export interface AlertRecord extends AttributedRecord {
  /** The event that raised it. */
  readonly eventId: string;
  readonly raisedAt: string;
  readonly rule: string;
  readonly priority: string;
  readonly source?: string;
  readonly message: string;
  readonly commandLine?: string;
  readonly tags: readonly string[];
}

/** One exec session, merged from everything that was reported about it. */
export interface SessionRecord {
  readonly id: string;
  /** Other ids of the same session: the webhook's, when its answer left no trace in the audit log. */
  readonly aliases: readonly string[];
  readonly cluster: string;
  readonly kind: SessionKind;
  readonly phase: SessionPhase;
  readonly user: UserRecord;
  readonly namespace: string;
  readonly pod: string;
  readonly podUid?: string;
  readonly node?: string;
  readonly container?: string;
  readonly image?: string;
  readonly imageId?: string;
  /** The argv that the user asked for, before injection; secrets are redacted. */
  readonly command?: readonly string[];
  readonly copy?: { readonly direction: 'to-pod' | 'from-pod'; readonly path: string };
  readonly tty?: boolean;
  readonly stdin?: boolean;
  readonly injected: boolean;
  readonly strategy: 'env' | 'sh' | 'none';
  /** Why it was not injected, or was refused. */
  readonly reason?: string;
  /** Who reported it. */
  readonly observers: readonly ('webhook' | 'audit')[];
  readonly requestedAt: string;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly audit?: {
    readonly id: string;
    readonly sourceIps: readonly string[];
    readonly userAgent?: string;
    readonly level: string;
    readonly code?: number;
  };
  /** How many commands are known to belong to it. */
  readonly commands: number;
}

/** One program that a process ran; a process runs several when it replaces itself, as `env X=1 cmd` does. */
export interface ProgramRecord {
  readonly event: string;
  readonly time: string;
  readonly commandLine: string;
  readonly executable?: string;
  readonly directory?: string;
  readonly processUser?: string;
  readonly evidence: Evidence;
}

/**
 * One process of a session's tree. The tree is a list, parents before their children and siblings in order of time, so
 * that a tree of any depth can be written, read and printed without recursion: indent by `depth`.
 */
export interface ProcessRecord {
  readonly key: string;
  /** Key of the parent when it is in the list too; a root has none. */
  readonly parent?: string;
  /** 0 for a root. */
  readonly depth: number;
  readonly node: string;
  readonly container?: string;
  readonly pid?: number;
  readonly vpid?: number;
  readonly startedAt?: string;
  /** In order of time; empty for a process that only forked. */
  readonly programs: readonly ProgramRecord[];
  readonly alerts: readonly AlertRecord[];
}

/** One session with everything that ran in it. */
export interface SessionDetail {
  readonly session: SessionRecord;
  readonly processes: readonly ProcessRecord[];
  /** Alerts whose process is not in the list. */
  readonly alerts: readonly AlertRecord[];
  /** Whether there is more than is shown: at most 20,000 processes, 20,000 programs and 1,000 alerts. */
  readonly truncated: boolean;
}

/**
 * What becomes of a dead letter: it waits; it was sent again to the service that gave up; nobody wants it any more. One that
 * comes again, as after a replay that failed, is open again.
 */
export const DEAD_LETTER_STATES = ['open', 'replayed', 'discarded'] as const;
/** One of DEAD_LETTER_STATES. */
export type DeadLetterState = (typeof DEAD_LETTER_STATES)[number];

/** One message that could not be processed, without its payload. */
export interface DeadLetterRecord {
  readonly id: string;
  readonly time: string;
  readonly stage: string;
  readonly reason: string;
  readonly error: string;
  /** How often it was tried, replays included. */
  readonly attempts: number;
  readonly state: DeadLetterState;
  /** Whether the payload was too long and is cut. */
  readonly truncated: boolean;
  /** Whether the whole payload is there. */
  readonly replayable: boolean;
  /** How often it was replayed. */
  readonly replays: number;
  readonly topic?: string;
  readonly key?: string;
  readonly partition?: number;
  readonly offset?: string;
  readonly endpoint?: string;
  readonly cluster?: string;
  readonly replayedAt?: string;
  /** As the caller said. */
  readonly replayedBy?: string;
  readonly discardedAt?: string;
  readonly discardedBy?: string;
  readonly discardedWhy?: string;
}

/** One message that could not be processed, with up to 131,072 characters of its payload; secrets in it are redacted. */
export interface DeadLetterDetail extends DeadLetterRecord {
  /** Absent for letters from before payloads were kept. */
  readonly payload?: string;
}

/** How a notification ended: what was said to whom, when, and why not. Secrets in the error are redacted. */
export type DeliveryRecord = Delivery;

/** A response to a user, as it stands or as it stood. */
export type ResponseRecord = Response;

/** One response with every state that it was in. */
export interface ResponseDetail {
  /** As it stands. */
  readonly response: ResponseRecord;
  /** The oldest state first, the last one included; at most the latest 1,000. */
  readonly history: readonly ResponseRecord[];
}
