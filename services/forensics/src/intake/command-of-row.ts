import type { CommandRecord } from '@whoran/forensics-api';
import { printInstant } from '@whoran/kernel';
import { present } from '../store/present.ts';
import type { EventRow } from '../store/rows.ts';

/** The command that a row will be found as. */
export function commandOfRow(row: EventRow): CommandRecord {
  const { userName, identity } = row;
  return {
    id: row.id,
    revision: row.revision,
    time: printInstant(row.timeNs),
    cluster: row.cluster,
    node: row.node,
    evidence: row.evidence,
    rule: row.rule,
    commandLine: row.commandLine ?? row.program ?? '',
    ...present({
      namespace: row.namespace,
      pod: row.pod,
      container: row.container,
      containerId: row.containerId,
      reason: row.reason,
      user: userName === undefined ? undefined : { name: userName, ...(identity ?? { groups: [] }) },
      session: row.session,
      sessionKind: row.sessionKind,
      candidates: row.candidates,
      process: row.process,
      program: row.program,
      executable: row.executable,
      directory: row.directory,
      processUser: row.processUser,
      pid: row.pid,
      vpid: row.vpid,
    }),
  };
}
