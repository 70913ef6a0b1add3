import type { NoneReason } from '@whoran/contracts';
import type { Knowledge } from './decide.ts';
import type { ProcessRecord, ShownToken } from './process-record.ts';

/** A token at a process that it was not made for. */
export interface Misuse {
  readonly kind: Extract<NoneReason, 'forged-token' | 'replayed-token' | 'stolen-token'>;
  readonly process: ProcessRecord;
  readonly token: string;
  /** Whose token it is, if it is real. */
  readonly sessionId: string | undefined;
}

/**
 * Finds tokens that appear first at this process and do not belong to its session. Children that only inherit a copied
 * token are not reported again. Nothing while it is open what the token is worth.
 */
export function findMisuse(process: ProcessRecord, known: Knowledge): Misuse[] {
  const own = process.decision.kind === 'session' ? process.decision.sessionId : undefined;
  const misuses: Misuse[] = [];
  for (const { text, user } of tokensShown(process)) {
    const checked = known.tokens.check(text, user, process.container, known.session);
    if (checked.kind === 'unknown') continue;
    if (checked.kind === 'forged') {
      if (!inherited(process, text)) misuses.push({ kind: 'forged-token', process, token: text, sessionId: undefined });
      continue;
    }
    const { session } = checked.token;
    if (session === own || inherited(process, text)) continue;
    if (process.decision.kind === 'none' && process.decision.reason === 'lineage-lost') continue;
    if (known.debugSession(process.container)?.id === session) continue;
    const used = known.claimants(session).some((claimant) => claimant !== process);
    misuses.push({ kind: used ? 'replayed-token' : 'stolen-token', process, token: text, sessionId: session });
  }
  return misuses;
}

function tokensShown(process: ProcessRecord): ShownToken[] {
  const shown: ShownToken[] = [];
  for (const { value } of [...process.claims, ...process.tokens]) {
    if (!shown.some(({ text }) => text === value.text)) shown.push(value);
  }
  return shown;
}

function inherited(process: ProcessRecord, text: string): boolean {
  const { parent } = process;
  return parent !== undefined && tokensShown(parent).some((shown) => shown.text === text);
}
