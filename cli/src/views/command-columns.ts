import type { AttributedRecord, CommandRecord } from '@whoran/forensics-api';
import type { CsvColumn } from '../render/csv.ts';
import type { Columns } from '../render/listing.ts';
import type { TableColumn } from '../render/table.ts';
import { toneOfEvidence } from '../render/tone.ts';

/** Who, in one cell: the user; every candidate when several fit; else why nobody is named. */
export function userText(record: AttributedRecord): string {
  if (record.user) return record.user.impersonator ? `${record.user.name} (as, by ${record.user.impersonator})` : record.user.name;
  const candidates = [...new Set(record.candidates?.map(({ user }) => user))];
  if (candidates.length > 0) return candidates.map((user) => `${user}?`).join(' ');
  return record.reason ? `(${record.reason})` : '-';
}

/** Namespace, pod and container in one cell. */
export function podText(record: { readonly namespace?: string; readonly pod?: string; readonly container?: string }): string {
  return [record.namespace, record.pod, record.container].filter((part) => part !== undefined && part !== '').join('/');
}

/** An id that was cut could not be asked for: `audit:` and a UUID. */
export const SESSION_ID_CELLS = 42;

/** Where, who and how that is known: what tables of commands and alerts begin with. */
export const attributedTable: readonly TableColumn<AttributedRecord>[] = [
  { title: 'TIME', zoned: true, text: (row, face) => face.date(row.time), min: 19 },
  { title: 'USER', text: userText, min: 16, usual: 24, tone: (row) => toneOfEvidence(row.evidence) },
  { title: 'EVIDENCE', text: (row) => row.evidence, min: 9, usual: 11, drop: 1, tone: (row) => toneOfEvidence(row.evidence) },
  { title: 'CLUSTER', text: (row) => row.cluster, min: 7, usual: 12, drop: 2 },
  { title: 'POD', text: podText, min: 12, usual: 32 },
  { title: 'SESSION', text: (row) => row.session, min: SESSION_ID_CELLS, drop: 3 },
];

/** The same with every field, for CSV. */
export const attributedCsv: readonly CsvColumn<AttributedRecord>[] = [
  { name: 'time', value: (row) => row.time },
  { name: 'user', value: (row) => row.user?.name },
  { name: 'uid', value: (row) => row.user?.uid },
  { name: 'groups', value: (row) => row.user?.groups.join(' ') },
  { name: 'impersonator', value: (row) => row.user?.impersonator },
  { name: 'credential_id', value: (row) => row.user?.credentialId },
  { name: 'evidence', value: (row) => row.evidence },
  { name: 'reason', value: (row) => row.reason },
  { name: 'candidates', value: (row) => row.candidates?.map(({ user, session }) => `${user}=${session}`).join(' ') },
  { name: 'session', value: (row) => row.session },
  { name: 'session_kind', value: (row) => row.sessionKind },
  { name: 'cluster', value: (row) => row.cluster },
  { name: 'node', value: (row) => row.node },
  { name: 'namespace', value: (row) => row.namespace },
  { name: 'pod', value: (row) => row.pod },
  { name: 'container', value: (row) => row.container },
  { name: 'container_id', value: (row) => row.containerId },
];

/** How commands look. */
export const commandColumns: Columns<CommandRecord> = {
  table: [...attributedTable, { title: 'COMMAND', text: (row) => row.commandLine }],
  csv: [
    ...attributedCsv,
    { name: 'process_user', value: (row) => row.processUser },
    { name: 'pid', value: (row) => row.pid },
    { name: 'vpid', value: (row) => row.vpid },
    { name: 'executable', value: (row) => row.executable },
    { name: 'directory', value: (row) => row.directory },
    { name: 'command_line', value: (row) => row.commandLine },
    { name: 'rule', value: (row) => row.rule },
    { name: 'id', value: (row) => row.id },
    { name: 'revision', value: (row) => row.revision },
  ],
};
