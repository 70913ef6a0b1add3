import { DependencyUnavailable, InvariantBroken, type Result, err, isRecord, ok } from '@whoran/kernel';
import type { KubeObject, ObjectKind, ObjectRef } from '@whoran/response';
import type { ClusterAnswer, ClusterApi, ClusterRequest } from './cluster-api.ts';

/** How a change is made. */
export interface ChangeOptions {
  /** Checked by the server in every respect, and then not made. */
  readonly dryRun: boolean;
}

const RESOURCES: Readonly<Record<ObjectKind, { readonly group: string; readonly plural: string }>> = {
  Pod: { group: '/api/v1', plural: 'pods' },
  Secret: { group: '/api/v1', plural: 'secrets' },
  RoleBinding: { group: '/apis/rbac.authorization.k8s.io/v1', plural: 'rolebindings' },
  ClusterRoleBinding: { group: '/apis/rbac.authorization.k8s.io/v1', plural: 'clusterrolebindings' },
  NetworkPolicy: { group: '/apis/networking.k8s.io/v1', plural: 'networkpolicies' },
};
const PAGE = 500;
const MAX_PAGES = 40;
const METADATA = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

/** One object; nothing if it is not there. Err: why it may not be read. */
export async function getObject(api: ClusterApi, ref: ObjectRef): Promise<Result<KubeObject | undefined, string>> {
  const answer = await api.send({ method: 'GET', path: pathOf(ref) });
  if (answer.status === 404) return ok(undefined);
  return isDone(answer) ? ok(objectOf(answer.body)) : err(answer.message);
}

/** Objects of a kind, of one namespace or all. Err: why they may not be read, or that there are too many. */
export async function listObjects(
  api: ClusterApi,
  kind: ObjectKind,
  options: { readonly namespace?: string; readonly fieldSelector?: string; readonly metadataOnly?: boolean } = {},
): Promise<Result<readonly KubeObject[], string>> {
  const { namespace, fieldSelector, metadataOnly = false } = options;
  const items: KubeObject[] = [];
  let next: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const answer = await api.send({
      method: 'GET',
      path: collectionOf(kind, namespace),
      query: { limit: String(PAGE), fieldSelector, continue: next },
      ...(metadataOnly ? { accept: METADATA } : {}),
    });
    // The list changed for too long while it was read: from the beginning, later.
    if (answer.status === 410) throw new DependencyUnavailable(`the list of ${kind} expired while it was read`);
    if (!isDone(answer) || !isRecord(answer.body)) return err(answer.message);
    const listed: readonly unknown[] = Array.isArray(answer.body['items']) ? answer.body['items'] : [];
    items.push(...listed.map(objectOf));
    const metadata = answer.body['metadata'];
    next = isRecord(metadata) && typeof metadata['continue'] === 'string' ? metadata['continue'] : undefined;
    if (!next) return ok(items);
  }
  return err(`there are more than ${PAGE * MAX_PAGES} objects of kind ${kind}`);
}

/** What became of a change: made, or there was nothing to change, or somebody changed the object meanwhile. */
export type Changed = 'made' | 'gone' | 'exists' | 'conflict';

/** Creates an object. Err: why it may not be. */
export function createObject(api: ClusterApi, object: KubeObject, { dryRun }: ChangeOptions): Promise<Result<Changed, string>> {
  const { kind, metadata } = object;
  const path = collectionOf(kind as ObjectKind, metadata.namespace);
  return change(api, { method: 'POST', path, body: object }, { dryRun, conflict: 'exists' });
}

/** Replaces an object by a version that was made from what was read. */
export function replaceObject(
  api: ClusterApi,
  ref: ObjectRef,
  object: KubeObject,
  { dryRun }: ChangeOptions,
): Promise<Result<Changed, string>> {
  return change(api, { method: 'PUT', path: pathOf(ref), body: object }, { dryRun, conflict: 'conflict' });
}

/** Changes the metadata of one very object. */
export function patchMetadata(
  api: ClusterApi,
  ref: ObjectRef,
  metadata: object,
  { dryRun }: ChangeOptions,
): Promise<Result<Changed, string>> {
  const request = { method: 'PATCH', path: pathOf(ref), body: { metadata }, contentType: 'application/merge-patch+json' } as const;
  return change(api, request, { dryRun, conflict: 'conflict' });
}

/** Deletes one very object: another one of the same name stays, and is `conflict`. */
export function deleteObject(
  api: ClusterApi,
  ref: ObjectRef,
  options: ChangeOptions & { readonly uid?: string; readonly graceSeconds?: number },
): Promise<Result<Changed, string>> {
  const body = { kind: 'DeleteOptions', apiVersion: 'v1', ...deleteOptions(options) };
  return change(api, { method: 'DELETE', path: pathOf(ref), body }, { dryRun: options.dryRun, conflict: 'conflict' });
}

/** Evicts a pod; rejects with DependencyUnavailable while a disruption budget does not allow it. */
export function evictPod(
  api: ClusterApi,
  ref: ObjectRef,
  options: ChangeOptions & { readonly uid?: string; readonly graceSeconds?: number },
): Promise<Result<Changed, string>> {
  const { namespace = '', name } = ref;
  const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { namespace, name }, deleteOptions: deleteOptions(options) };
  return change(api, { method: 'POST', path: `${pathOf(ref)}/eviction`, body }, { dryRun: options.dryRun, conflict: 'conflict' });
}

function deleteOptions({ uid, graceSeconds }: { readonly uid?: string; readonly graceSeconds?: number }): object {
  return {
    ...(uid === undefined ? {} : { preconditions: { uid } }),
    ...(graceSeconds === undefined ? {} : { gracePeriodSeconds: graceSeconds }),
  };
}

async function change(
  api: ClusterApi,
  request: ClusterRequest,
  { dryRun, conflict }: ChangeOptions & { readonly conflict: Changed },
): Promise<Result<Changed, string>> {
  // Whoever looks at the object later sees who changed which field.
  const answer = await api.send({ ...request, query: { fieldManager: managerOf(request), ...(dryRun ? { dryRun: 'All' } : {}) } });
  if (isDone(answer)) return ok('made');
  if (answer.status === 404) return ok('gone');
  return answer.status === 409 ? ok(conflict) : err(answer.message);
}

function managerOf({ method }: ClusterRequest): string | undefined {
  return method === 'DELETE' ? undefined : 'whoran';
}

function isDone({ status }: ClusterAnswer): boolean {
  return status >= 200 && status < 300;
}

function collectionOf(kind: ObjectKind, namespace: string | undefined): string {
  const { group, plural } = RESOURCES[kind];
  return `${group}${namespace === undefined ? '' : `/namespaces/${segment(namespace)}`}/${plural}`;
}

function pathOf({ kind, namespace, name }: ObjectRef): string {
  return `${collectionOf(kind, namespace)}/${segment(name)}`;
}

/** A name from outside must not reach another object: dots alone would be a way up the path. */
function segment(name: string): string {
  if (/^\.{0,2}$/.test(name)) throw new InvariantBroken(`"${name}" is no name of an object`);
  return encodeURIComponent(name.toWellFormed());
}

function objectOf(body: unknown): KubeObject {
  if (isRecord(body) && isRecord(body['metadata']) && typeof body['metadata']['name'] === 'string') return body as unknown as KubeObject;
  throw new InvariantBroken('the API server answered with something that is no object');
}
