import type { Attribution, ProcessRef, SessionRef } from '@whoran/contracts';
import { printInstant } from '@whoran/kernel';
import type { ClusterLineage } from './cluster-lineage.ts';
import type { ProcessRecord } from './process-record.ts';

/** The name of a process across clusters: cluster, node, container, pid and start time. */
export function processKey(lineage: ClusterLineage, process: ProcessRecord): string {
  return `${lineage.cluster}/${lineage.nodeNameOf(process)}/${process.container.id}/${process.pid}/${process.start}`;
}

/** The answer for a process's events, as consumers read it. */
export function describe(lineage: ClusterLineage, process: ProcessRecord): Attribution {
  const { decision } = process;
  const own = { process: describeProcess(lineage, process) };
  switch (decision.kind) {
    case 'session':
      return { evidence: decision.evidence, session: sessionRef(lineage, decision.sessionId, decision.user, process), ...own };
    case 'ambiguous':
      return {
        evidence: 'ambiguous',
        candidates: decision.sessionIds.toSorted().map((id) => sessionRef(lineage, id, '', process)),
        ...own,
      };
    case 'none':
      return { evidence: 'none', reason: decision.reason, ...own };
  }
}

function describeProcess(lineage: ClusterLineage, process: ProcessRecord): ProcessRef {
  const { parent, pid, vpid, start } = process;
  return {
    key: processKey(lineage, process),
    ...(parent ? { parent: processKey(lineage, parent) } : {}),
    pid,
    ...(vpid === undefined ? {} : { vpid }),
    startedAt: printInstant(start),
  };
}

/** A session without a report is known by its token only. */
function sessionRef(lineage: ClusterLineage, id: string, user: string, process: ProcessRecord): SessionRef {
  const ref = lineage.sessions.get(id)?.ref ?? { id, kind: 'exec' as const, user: { username: user, groups: [] } };
  const { name } = process.container;
  return ref.container !== undefined || name === undefined ? ref : { ...ref, container: name };
}
