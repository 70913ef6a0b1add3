import type { ProcessRecord } from './process-record.ts';
import type { ProcessTable } from './process-table.ts';

/** Where a process comes from. */
export type Origin =
  /** A process of a container forked it. */
  | { readonly kind: 'inside'; readonly parent: ProcessRecord }
  /** It was started into the container from outside: by the container runtime. */
  | { readonly kind: 'outside' }
  /** It comes from inside, but from whom was lost. */
  | { readonly kind: 'lost' };

const CLOSE = 50_000_000n;

/**
 * Finds the parent that is proven. A fork that the parent reported proves it; so does the earliest parent that Falco saw,
 * unless that is the container's first process, which adopts orphans. Ancestors further up stand in for a lost parent:
 * whoever adopts within a container, other than its first process, is an ancestor too.
 */
export function findParent(process: ProcessRecord, table: ProcessTable): Origin {
  const forked = process.vpid === undefined ? undefined : table.forks.parentOf(process);
  if (forked && precedes(forked, process)) return { kind: 'inside', parent: forked };
  const inside = process.insideParent;
  if (inside) {
    const parent = table.parentOf(inside.value, inside.at, process.container);
    if (parent && precedes(parent, process)) return { kind: 'inside', parent };
    const ancestor = knownAncestor(process, table);
    return ancestor ? { kind: 'inside', parent: ancestor } : { kind: 'lost' };
  }
  const outside = process.outsideParent;
  if (!outside) return { kind: 'lost' };
  // In a pod with hostPID every parent looks outside; one that is a process of a container is not.
  const contained = table.isContained(outside.value, outside.at);
  if (contained && contained !== process && precedes(contained, process)) {
    return contained.vpid === 1 ? { kind: 'lost' } : { kind: 'inside', parent: contained };
  }
  return process.orphan ? { kind: 'lost' } : { kind: 'outside' };
}

/** The pids whose processes, once known, could change the answer. */
export function mentionedPids(process: ProcessRecord): number[] {
  const { insideParent, outsideParent } = process;
  const pids = insideParent ? [insideParent.value.pid, ...insideParent.value.ancestors] : [];
  return outsideParent ? [...pids, outsideParent.value.pid] : pids;
}

/** The nearest ancestor known in the same container, above a parent that is unknown. */
export function knownAncestor(process: ProcessRecord, table: ProcessTable): ProcessRecord | undefined {
  for (const pid of process.insideParent?.value.ancestors ?? []) {
    const life = table.aliveAt(pid, process.start);
    if (!life || life.ghost || life === process || life.container !== process.container) continue;
    return life.vpid === 1 ? undefined : life;
  }
  return undefined;
}

/** A parent began before its child; coarse start times may be a clock tick off, and a circle must never come of it. */
function precedes(parent: ProcessRecord, child: ProcessRecord): boolean {
  if (parent === child) return false;
  if (parent.start < child.start) return true;
  if (parent.start - child.start > CLOSE) return false;
  let above: ProcessRecord | undefined = parent;
  for (let steps = 0; above && steps < 64; steps += 1, above = above.parent) if (above === child) return false;
  return above === undefined;
}
