import type { Nanos } from '@whoran/kernel';

/** The name under which every recording's tokens were signed. */
export const RECORDED_CLUSTER = 'test-a';

/** One call of the webhook, with what was answered when it was recorded. */
export interface RecordedReview {
  readonly receivedAt: Nanos;
  /** The `request.uid`: the session's id. */
  readonly uid: string;
  /** The AdmissionReview, as JSON. */
  readonly body: string;
  readonly answer: RecordedAnswer;
}

/** What the answer of the recorded webhook says of a session. */
export interface RecordedAnswer {
  readonly allowed: boolean;
  readonly patched: boolean;
  /** The strategy in its `auditAnnotations`. */
  readonly strategy?: string;
}

/** One EventList of the API server. */
export interface RecordedAuditList {
  /** The newest `stageTimestamp` of its items. */
  readonly newest: Nanos;
  readonly body: string;
}

/** One line of `falco.jsonl`. */
export interface RecordedFalcoEvent {
  /** Its line, from 0: the line of its answer in `truth.jsonl` too. */
  readonly index: number;
  readonly time: Nanos;
  readonly rule: string;
  readonly commandLine: string;
  readonly isFork: boolean;
  readonly body: string;
}

/** The right answer for one Falco event. */
export interface Truth {
  readonly session: string | null;
  readonly user: string | null;
  /** Ids that are as right as `session`. */
  readonly aliases: readonly string[];
  /** Sessions that nothing tells apart; empty when there is one answer. */
  readonly candidates: readonly string[];
  /** The container runtime's own steps: not scored. */
  readonly runtime: boolean;
}

/** A public key found in the folder. */
export interface RecordedKey {
  readonly kid: string;
  readonly pem: string;
}

/** A folder of recorded traffic, read whole. Files that it lacks are empty lists and named in `absent`. */
export interface Recording {
  readonly folder: string;
  readonly reviews: readonly RecordedReview[];
  readonly auditLists: readonly RecordedAuditList[];
  readonly falcoEvents: readonly RecordedFalcoEvent[];
  readonly truth: readonly Truth[];
  readonly keys: readonly RecordedKey[];
  readonly absent: readonly string[];
}
