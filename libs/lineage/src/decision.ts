import type { Evidence, NoneReason } from '@whoran/contracts';
import type { SessionRecord } from './session-record.ts';

/** Who a process belongs to, and how that is known. */
export type Decision =
  | {
      readonly kind: 'session';
      readonly sessionId: string;
      readonly evidence: Extract<Evidence, 'lineage' | 'root' | 'environment' | 'container' | 'audit'>;
      /** The user that the token names, for a session that no report is known of. */
      readonly user: string;
    }
  | { readonly kind: 'ambiguous'; readonly sessionIds: readonly string[] }
  | {
      readonly kind: 'none';
      readonly reason: NoneReason;
      /** Whether descendants share the answer: nothing weaker may name somebody for them. */
      readonly binding: boolean;
      /** Whether something that usually comes late may still change it. */
      readonly settled: boolean;
    };

/** Nothing is known yet. */
export const UNDECIDED: Decision = { kind: 'none', reason: 'lineage-lost', binding: false, settled: false };

/** A decision that nobody is named. */
export function none(reason: NoneReason, options: { readonly binding: boolean; readonly settled: boolean }): Decision {
  return { kind: 'none', reason, ...options };
}

/** Whether two decisions say the same. */
export function sameDecision(a: Decision, b: Decision): boolean {
  if (a === b) return true;
  if (a.kind === 'session') return b.kind === 'session' && a.sessionId === b.sessionId && a.evidence === b.evidence && a.user === b.user;
  if (a.kind === 'ambiguous') return b.kind === 'ambiguous' && a.sessionIds.join('\n') === b.sessionIds.join('\n');
  return b.kind === 'none' && a.reason === b.reason && a.binding === b.binding && a.settled === b.settled;
}

/** Whether a decision needs no waiting for what usually comes late: it is final as far as one can know now. */
export function isSettled(decision: Decision, session: (id: string) => SessionRecord | undefined): boolean {
  if (decision.kind === 'none') return decision.settled;
  return decision.kind === 'session' && session(decision.sessionId) !== undefined;
}
