import { assertNever, type Clock, type Logger, type Millis, messageOf } from '@whoran/kernel';
import type { Signer } from '@whoran/keyring';
import { ADMISSION, type Tracing, sessionAttributes } from '@whoran/service-kit';
import type { DecisionContext, Decision } from '../decide/decision.ts';
import { connectsToPod, injectIdentity } from '../decide/inject-identity.ts';
import type { LearnedStrategies } from '../learned/learned-strategies.ts';
import type { AdmissionKind, AdmissionOutcome } from '../metrics.ts';
import type { PodFacts } from '../pods/pod-facts.ts';
import type { Policy } from '../policy/policy.ts';
import type { Quarantine } from '../quarantine/quarantine.ts';
import type { SessionQueue } from '../sessions/session-queue.ts';
import type { SettingsFile } from '../settings-file/settings-file.ts';
import type { AdmissionRequest } from './admission-request.ts';
import { type Answer, type AuditAnnotations, type FailPolicy, allowed, denied, errored, patched } from './admission-response.ts';

/** What admitting rests on. */
export interface AdmissionsOptions {
  readonly cluster: string;
  readonly prefix: string;
  readonly failPolicy: FailPolicy;
  readonly policy: SettingsFile<Policy>;
  readonly pods: PodFacts;
  readonly learned: LearnedStrategies;
  readonly quarantine: Quarantine;
  readonly signer: Signer;
  readonly sessions: SessionQueue;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly tracing: Tracing;
}

/** An answer, and what it is counted as. */
export interface Admission {
  readonly answer: Answer;
  readonly kind: AdmissionKind;
  readonly outcome: AdmissionOutcome;
}

/** Reads what is known, decides, publishes the session and answers. */
export class Admissions {
  constructor(private readonly options: AdmissionsOptions) {}

  /** Answers a request. Does not reject: an error is answered as the fail policy says. */
  async admit(request: AdmissionRequest): Promise<Admission> {
    try {
      const began = this.options.clock.now();
      const decision = injectIdentity(request, await this.contextOf(request));
      const admission = this.conclude(decision);
      if ('session' in decision && request.dryRun !== true) this.record(decision, admission.outcome, began);
      return admission;
    } catch (error) {
      this.options.logger.error('webhook.failed', { error: error instanceof Error ? error.stack : messageOf(error) });
      return this.fail('an internal error; the log of the webhook has it', 'unreadable');
    }
  }

  /** The answer to a request that could not be handled. */
  fail(message: string, kind: AdmissionKind, annotations?: AuditAnnotations): Admission {
    const { failPolicy } = this.options;
    return { answer: errored(message, failPolicy, annotations), kind, outcome: failPolicy === 'open' ? 'failed-open' : 'failed-closed' };
  }

  private async contextOf(request: AdmissionRequest): Promise<DecisionContext> {
    const { cluster, prefix, policy, pods, learned, quarantine, signer, clock } = this.options;
    const pod = connectsToPod(request) && request.name ? await pods.find(request.namespace ?? '', request.name) : undefined;
    return {
      cluster,
      prefix,
      policy: policy.current(),
      ...(pod ? { pod } : {}),
      learned: (imageId) => learned.of(imageId),
      blocked: (identity, namespace) => quarantine.blocked(identity, namespace),
      sign: (session, scope) => (signer.kid() === undefined ? undefined : signer.sign(session, scope)),
      now: clock.now(),
    };
  }

  private record(decision: Extract<Decision, { readonly session: unknown }>, outcome: AdmissionOutcome, began: Millis): void {
    const { sessions, tracing, clock } = this.options;
    const session = this.recordOf(decision);
    sessions.add(session);
    tracing.sessionSpan(session.id, ADMISSION, () => ({
      start: began,
      end: clock.now(),
      attributes: { ...sessionAttributes(session), 'whoran.strategy': session.strategy, 'whoran.outcome': outcome },
      ...(session.phase === 'refused' ? { failure: 'refused' } : {}),
    }));
  }

  private recordOf(decision: Extract<Decision, { readonly session: unknown }>) {
    if (decision.kind !== 'unsigned') return decision.session;
    const reason = 'there is no key to sign with';
    return { ...decision.session, reason, ...(this.options.failPolicy === 'closed' ? { phase: 'refused' as const } : {}) };
  }

  private conclude(decision: Decision): Admission {
    switch (decision.kind) {
      case 'untouched':
        return { answer: allowed(), kind: 'other', outcome: 'untouched' };
      case 'unreadable':
        return this.fail(decision.problem, 'unreadable');
      case 'admitted': {
        const { session, patch } = decision;
        const annotations = { session: session.id, strategy: session.strategy };
        return {
          answer: patch.length > 0 ? patched(patch, annotations) : allowed(annotations),
          kind: session.kind,
          outcome: session.injected ? 'injected' : 'uninjected',
        };
      }
      case 'unsigned':
        return this.fail('there is no key to sign with; make one with "whoran keys generate"', decision.session.kind, {
          session: decision.session.id,
          strategy: 'none',
        });
      case 'refused':
        return {
          answer: denied(decision.message, { session: decision.session.id, strategy: 'none' }),
          kind: decision.session.kind,
          outcome: 'refused',
        };
      default:
        return assertNever(decision);
    }
  }
}
