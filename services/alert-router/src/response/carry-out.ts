import { type Result, assertNever, err, isRecord, ok } from '@whoran/kernel';
import { type KubeObject, type Operation, type StepOutcome, type Subject } from '@whoran/response';
import type { BlockList } from './block-list.ts';
import type { ClusterApi } from './cluster/cluster-api.ts';
import { type Changed, createObject, deleteObject, evictPod, getObject, patchMetadata, replaceObject } from './cluster/cluster-objects.ts';

/** What operations are carried out with. */
export interface Hands {
  /** The id of the response. */
  readonly id: string;
  readonly blocks: BlockList;
  readonly cluster: () => ClusterApi;
  /** Everything is asked of the API server, and nothing changed. */
  readonly dryRun: boolean;
}

/** How often a binding is read again because somebody else changes it, too. */
const ATTEMPTS = 5;

/** Does what a step says; what was done before is left as it is. Rejects with DependencyUnavailable. */
export async function carryOut(operation: Operation, hands: Hands): Promise<StepOutcome> {
  return outcomeOf(await doIt(operation, hands), 'done');
}

/** Takes back what a step did; what was taken back before, or never done, is left as it is. Rejects with DependencyUnavailable. */
export async function takeBack(operation: Operation, hands: Hands): Promise<StepOutcome> {
  return outcomeOf(await undoIt(operation, hands), 'undone');
}

async function doIt(operation: Operation, { id, blocks, cluster, dryRun }: Hands): Promise<Result<unknown, string>> {
  switch (operation.kind) {
    case 'block':
      return dryRun ? ok('made') : blocks.add(id, operation.entry);
    case 'remove-subjects':
      return changeSubjects(operation, cluster(), { dryRun, undo: false });
    case 'delete':
      return unlessOther(await deleteObject(cluster(), operation.ref, { ...operation, dryRun }));
    case 'evict':
      return unlessOther(await evictPod(cluster(), operation.ref, { ...operation, dryRun }));
    case 'label':
      return present(
        await patchMetadata(cluster(), operation.ref, { uid: operation.uid, labels: { [operation.label]: 'true' } }, { dryRun }),
      );
    case 'create':
      return createObject(cluster(), operation.object, { dryRun });
    default:
      return assertNever(operation);
  }
}

async function undoIt(operation: Operation, { id, blocks, cluster, dryRun }: Hands): Promise<Result<unknown, string>> {
  switch (operation.kind) {
    case 'block':
      return ok(await blocks.remove(id));
    case 'remove-subjects':
      return changeSubjects(operation, cluster(), { dryRun, undo: true });
    case 'delete':
      return operation.restore ? createObject(cluster(), operation.restore, { dryRun }) : ok('made');
    case 'evict':
      return ok('made');
    case 'label':
      return patchMetadata(cluster(), operation.ref, { uid: operation.uid, labels: { [operation.label]: null } }, { dryRun });
    case 'create': {
      const { apiVersion = '', metadata } = operation.object;
      const { name, namespace } = metadata;
      const ref = { apiVersion, kind: 'NetworkPolicy' as const, name, ...(namespace === undefined ? {} : { namespace }) };
      return deleteObject(cluster(), ref, { dryRun });
    }
    default:
      return assertNever(operation);
  }
}

type RemoveSubjects = Extract<Operation, { readonly kind: 'remove-subjects' }>;

/** Takes subjects out of a binding, or puts them back where they were. Whatever else changed in it meanwhile stays. */
async function changeSubjects(
  operation: RemoveSubjects,
  api: ClusterApi,
  { dryRun, undo }: { readonly dryRun: boolean; readonly undo: boolean },
): Promise<Result<unknown, string>> {
  const { ref, uid, saved } = operation;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const found = await getObject(api, ref);
    if (!found.ok) return found;
    const binding = found.value;
    // Deleted meanwhile: nothing to take away, or made anew as it was.
    if (!binding) return undo ? createObject(api, saved, { dryRun }) : ok('gone');
    const isSame = binding.metadata.uid === uid || sameRole(binding, saved);
    if (!isSame) return err('another binding has its name now, of another role: it was left as it is');
    const now = subjectsOf(binding);
    const next = undo ? restored(now, operation) : now.filter((subject) => !isRemoved(subject, operation));
    if (next.length === now.length) return ok('made');
    const changed = await replaceObject(api, ref, { ...binding, subjects: next }, { dryRun });
    if (!changed.ok || changed.value === 'made') return changed;
  }
  return err('somebody else keeps changing it');
}

/** Where nothing else changed, the list is exactly what it was before. */
function restored(now: readonly Subject[], { before, removed }: RemoveSubjects): readonly Subject[] {
  const left = before.filter((_subject, place) => !removed.includes(place));
  const isUntouched = now.length === left.length && left.every((subject, place) => isSameSubject(subject, now[place]));
  if (isUntouched) return before;
  const list = [...now];
  for (const place of removed) {
    const subject = before[place];
    if (subject && !list.some((other) => isSameSubject(other, subject))) list.splice(Math.min(place, list.length), 0, subject);
  }
  return list;
}

function isRemoved(subject: Subject, { before, removed }: RemoveSubjects): boolean {
  return removed.some((place) => {
    const other = before[place];
    return other !== undefined && isSameSubject(other, subject);
  });
}

function isSameSubject(a: Subject, b: Subject | undefined): boolean {
  return a.kind === b?.kind && a.name === b.name && a.namespace === b.namespace;
}

function sameRole(binding: KubeObject, saved: KubeObject): boolean {
  const [a, b] = [binding['roleRef'], saved['roleRef']];
  return isRecord(a) && isRecord(b) && a['kind'] === b['kind'] && a['name'] === b['name'];
}

function subjectsOf(binding: KubeObject): readonly Subject[] {
  const subjects = binding['subjects'];
  return Array.isArray(subjects) ? (subjects as readonly Subject[]) : [];
}

/** An object of the same name that is another one is not what was meant, which is gone. */
function unlessOther(changed: Result<Changed, string>): Result<Changed, string> {
  return changed.ok && changed.value === 'conflict' ? ok('gone') : changed;
}

function present(changed: Result<Changed, string>): Result<Changed, string> {
  return changed.ok && changed.value !== 'made' ? err('it is gone, or another one has its name now') : changed;
}

function outcomeOf(result: Result<unknown, string>, state: 'done' | 'undone'): StepOutcome {
  return result.ok ? { state } : { state: 'failed', error: result.error };
}
