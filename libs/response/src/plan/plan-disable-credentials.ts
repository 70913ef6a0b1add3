import type { ResponseTarget } from '@whoran/contracts';
import { isRecord } from '@whoran/kernel';
import { type KubeObject, type ObjectRef, type PlannedStep, type Subject, printRef } from '../operation.ts';

/** What a cluster has of somebody: every binding, and the token Secrets of the service account's namespace. */
export interface CredentialFacts {
  readonly roleBindings: readonly KubeObject[];
  readonly clusterRoleBindings: readonly KubeObject[];
  /** Metadata is enough. */
  readonly tokenSecrets: readonly KubeObject[];
}

interface ServiceAccount {
  readonly namespace: string;
  readonly name: string;
}

const RBAC = 'rbac.authorization.k8s.io/v1';
const ACCOUNT_OF_TOKEN = 'kubernetes.io/service-account.name';
/** Objects that an undo makes anew take only what a person would have written. */
const MINE = ['name', 'namespace', 'labels', 'annotations'] as const;
const TOKEN_ANNOTATIONS = /^kubernetes\.io\/service-account\.uid$/;

/** The service account that a username stands for. */
export function serviceAccountOf(username: string): ServiceAccount | undefined {
  const match = /^system:serviceaccount:([a-z0-9][a-z0-9-]*):([a-z0-9][a-z0-9.-]*)$/.exec(username);
  return match ? { namespace: match[1] ?? '', name: match[2] ?? '' } : undefined;
}

/**
 * Takes a user, group or service account out of every binding, and deletes its token Secrets. What cannot be taken away is said:
 * rights through groups, and tokens and certificates that Kubernetes does not keep.
 */
export function planDisableCredentials(target: ResponseTarget, facts: CredentialFacts): readonly PlannedStep[] {
  const account = target.user === undefined ? undefined : serviceAccountOf(target.user);
  const bindings = [
    ...facts.roleBindings.map((binding) => planBinding(binding, 'RoleBinding', target)),
    ...facts.clusterRoleBindings.map((binding) => planBinding(binding, 'ClusterRoleBinding', target)),
  ];
  const secrets = account === undefined ? [] : facts.tokenSecrets.map((secret) => planSecret(secret, account));
  const steps = [...bindings, ...secrets].flatMap((step) => step ?? []);
  const none: PlannedStep[] = steps.length === 0 ? [{ what: `no binding names ${whoIs(target)}`, already: true }] : [];
  return [...none, ...steps, ...whatStays(target, account)];
}

function planBinding(binding: KubeObject, kind: 'RoleBinding' | 'ClusterRoleBinding', target: ResponseTarget): PlannedStep | undefined {
  const before = subjectsOf(binding);
  const removed = before.flatMap((subject, index) => (isMeant(subject, target) ? [index] : []));
  const { name, namespace, uid } = binding.metadata;
  if (removed.length === 0 || uid === undefined) return undefined;
  const ref: ObjectRef = { apiVersion: RBAC, kind, name, ...(namespace === undefined ? {} : { namespace }) };
  const saved = { apiVersion: RBAC, kind, metadata: plainMetadata(binding), roleRef: binding['roleRef'], subjects: before };
  const left = before.length - removed.length;
  const others = left === 0 ? 'nobody is left in it' : `${left} other${left === 1 ? '' : 's'} stay`;
  return {
    what: `remove ${whoIs(target)} from ${printRef(ref)} (${roleOf(binding)}); ${others}`,
    operation: { kind: 'remove-subjects', ref, uid, before, removed, saved },
  };
}

/** The token itself is never read or kept: what an undo makes is a Secret for which the cluster writes a new one. */
function planSecret(secret: KubeObject, account: ServiceAccount): PlannedStep | undefined {
  const { name, namespace, uid, annotations = {} } = secret.metadata;
  if (annotations[ACCOUNT_OF_TOKEN] !== account.name || namespace !== account.namespace || uid === undefined) return undefined;
  const ref: ObjectRef = { apiVersion: 'v1', kind: 'Secret', namespace, name };
  const kept = Object.fromEntries(Object.entries(annotations).filter(([key]) => !TOKEN_ANNOTATIONS.test(key)));
  const restore = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { ...plainMetadata(secret), annotations: kept },
    type: 'kubernetes.io/service-account-token',
  };
  return { what: `delete ${printRef(ref)}, a token; an undo gives it a new one`, operation: { kind: 'delete', ref, uid, restore } };
}

function whatStays({ group }: ResponseTarget, account: ServiceAccount | undefined): PlannedStep[] {
  const stays = (what: string, why: string): PlannedStep => ({ what, impossible: why });
  if (group !== undefined) return [];
  const groups = stays('remove rights through groups', 'bindings of groups are left alone: name the group to remove them');
  if (account === undefined)
    return [
      groups,
      stays('revoke certificates and tokens', 'Kubernetes does not keep them: they log in until they expire, without these rights'),
    ];
  return [
    groups,
    stays(
      'revoke tokens of pods and of "kubectl create token"',
      'they hold until they expire, or their pod or the service account is deleted',
    ),
  ];
}

function subjectsOf(binding: KubeObject): readonly Subject[] {
  const subjects = binding['subjects'];
  const list: readonly unknown[] = Array.isArray(subjects) ? subjects : [];
  return list.filter((subject): subject is Subject => isRecord(subject) && typeof subject['name'] === 'string');
}

function isMeant({ kind, name, namespace }: Subject, { user, group }: ResponseTarget): boolean {
  if (kind === 'Group') return name === group;
  if (user === undefined) return false;
  return kind === 'User' ? name === user : kind === 'ServiceAccount' && user === `system:serviceaccount:${namespace ?? ''}:${name}`;
}

function plainMetadata({ metadata }: KubeObject): KubeObject['metadata'] {
  return { name: metadata.name, ...Object.fromEntries(MINE.flatMap((key) => (metadata[key] === undefined ? [] : [[key, metadata[key]]]))) };
}

function roleOf({ roleRef }: KubeObject): string {
  return isRecord(roleRef) ? `${String(roleRef['kind'])} ${String(roleRef['name'])}` : 'no role';
}

function whoIs({ user, group }: ResponseTarget): string {
  return group === undefined ? `user ${user ?? ''}` : `group ${group}`;
}
