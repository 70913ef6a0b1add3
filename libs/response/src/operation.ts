import type { Millis } from '@whoran/kernel';

/** An object of Kubernetes, by its place. */
export interface ObjectRef {
  readonly apiVersion: string;
  readonly kind: ObjectKind;
  readonly namespace?: string;
  readonly name: string;
}

/** The kinds of objects that responses touch. */
export type ObjectKind = 'Pod' | 'Secret' | 'RoleBinding' | 'ClusterRoleBinding' | 'NetworkPolicy';

/** An object as the API server has it, as far as it is looked at here. */
export interface KubeObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly kind?: string; readonly controller?: boolean }[];
    readonly [more: string]: unknown;
  };
  readonly [more: string]: unknown;
}

/** Whom a binding gives its role to. */
export interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly apiGroup?: string;
}

/**
 * Whom somebody wants to keep out of containers, of which namespaces (globs) and clusters; all of them where none are named. An
 * entry of the quarantine list, without what the list itself adds.
 */
export interface Block {
  readonly users?: readonly string[];
  readonly groups?: readonly string[];
  readonly credentialIds?: readonly string[];
  readonly namespaces?: readonly string[];
  readonly clusters?: readonly string[];
  /** Shown to whoever is refused. */
  readonly reason: string;
  readonly author: string;
  /** Milliseconds; without it the entry holds until it is removed. */
  readonly until?: Millis;
}

/** One thing to do, with all that is needed to do it again after a crash and to undo it. It is JSON. */
export type Operation =
  | { readonly kind: 'block'; readonly entry: Block }
  | {
      readonly kind: 'remove-subjects';
      readonly ref: ObjectRef;
      readonly uid: string;
      /** Whom the binding named before, in order; `removed` are places in it. */
      readonly before: readonly Subject[];
      readonly removed: readonly number[];
      /** To make it anew if somebody deleted it meanwhile. */
      readonly saved: KubeObject;
    }
  | {
      readonly kind: 'delete';
      readonly ref: ObjectRef;
      readonly uid: string;
      readonly graceSeconds?: number;
      /** What an undo creates; without it the deletion is for good. */
      readonly restore?: KubeObject;
    }
  | { readonly kind: 'evict'; readonly ref: ObjectRef; readonly uid: string; readonly graceSeconds?: number }
  | { readonly kind: 'label'; readonly ref: ObjectRef; readonly uid: string; readonly label: string }
  | { readonly kind: 'create'; readonly object: KubeObject };

/** One line of a plan: something to do, something that is so already, or something that cannot be done and why. */
export type PlannedStep =
  | { readonly what: string; readonly operation: Operation }
  | { readonly what: string; readonly already: true }
  | { readonly what: string; readonly impossible: string };

/** Whether an undo can take it back. */
export function isReversible(operation: Operation): boolean {
  return operation.kind !== 'evict' && !(operation.kind === 'delete' && operation.restore === undefined);
}

/** An object's place in words: `RoleBinding payments/ana-admin`. */
export function printRef({ kind, namespace, name }: Pick<ObjectRef, 'namespace' | 'name'> & { readonly kind: string }): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}
