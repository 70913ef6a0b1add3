import type { ExecSession, Identity, InjectionStrategy, TokenScope } from '@whoran/contracts';
import type { PatchOperation } from '../admission/admission-response.ts';
import type { KnownPod } from '../pods/known-pod.ts';
import type { Policy } from '../policy/policy.ts';
import type { Blocked } from '../quarantine/quarantine.ts';

/** Everything that a decision rests on, beside the request. */
export interface DecisionContext {
  readonly cluster: string;
  /** Of the injected variables: `SEC_`. */
  readonly prefix: string;
  readonly policy: Policy;
  /** The pod of an exec, attach or port-forward, as far as it is known. */
  readonly pod?: KnownPod;
  /** What was learned about an image, by its id. */
  readonly learned: (imageId: string) => InjectionStrategy | undefined;
  readonly blocked: (identity: Identity, namespace: string) => Blocked | undefined;
  /** A token for a session, or nothing while there is no key. */
  readonly sign: (session: string, scope: TokenScope) => string | undefined;
  /** Milliseconds. */
  readonly now: number;
}

/** What becomes of a request. */
export type Decision =
  /** Nobody enters a container by it. */
  | { readonly kind: 'untouched' }
  /** A session; the patch is empty when nothing is injected. */
  | { readonly kind: 'admitted'; readonly session: ExecSession; readonly patch: readonly PatchOperation[] }
  /** A session that should have been injected, but there is no key to sign with. */
  | { readonly kind: 'unsigned'; readonly session: ExecSession }
  | { readonly kind: 'refused'; readonly session: ExecSession; readonly message: string }
  /** The object of the request is not what its kind says. */
  | { readonly kind: 'unreadable'; readonly problem: string };
