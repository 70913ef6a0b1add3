import type { SessionRecord } from '@whoran/forensics-api';
import { printArgv } from '../render/argv.ts';
import { SESSION_ID_CELLS, podText } from './command-columns.ts';
import type { Columns } from '../render/listing.ts';
import type { Tone } from '../render/tone.ts';

/** What was asked for: the command, what was copied, or nothing for port-forward. */
export function requestText(session: SessionRecord): string {
  if (session.copy) return `${session.copy.direction === 'to-pod' ? 'copy to' : 'copy from'} ${session.copy.path}`;
  return session.command ? printArgv(session.command) : '';
}

function toneOf(session: SessionRecord): Tone {
  return session.phase === 'refused' ? 'odd' : 'plain';
}

/** How sessions look. */
export const sessionColumns: Columns<SessionRecord> = {
  table: [
    { title: 'TIME', zoned: true, text: (row, face) => face.date(row.startedAt ?? row.requestedAt), min: 19 },
    { title: 'SESSION', text: (row) => row.id, min: SESSION_ID_CELLS },
    { title: 'USER', text: (row) => row.user.name, min: 12 },
    { title: 'KIND', text: (row) => row.kind, min: 12, drop: 3 },
    { title: 'PHASE', text: (row) => row.phase, min: 7, drop: 4, tone: toneOf },
    {
      title: 'INJECTED',
      text: (row) => (row.injected ? row.strategy : 'no'),
      min: 8,
      drop: 5,
      tone: (row) => (row.injected ? 'plain' : 'odd'),
    },
    { title: 'CLUSTER', text: (row) => row.cluster, min: 7, drop: 2 },
    { title: 'POD', text: podText, min: 12, drop: 1 },
    { title: 'RAN', text: (row) => String(row.commands), min: 3, drop: 6 },
    { title: 'COMMAND', text: requestText },
  ],
  csv: [
    { name: 'id', value: (row) => row.id },
    { name: 'user', value: (row) => row.user.name },
    { name: 'uid', value: (row) => row.user.uid },
    { name: 'groups', value: (row) => row.user.groups.join(' ') },
    { name: 'impersonator', value: (row) => row.user.impersonator },
    { name: 'credential_id', value: (row) => row.user.credentialId },
    { name: 'kind', value: (row) => row.kind },
    { name: 'phase', value: (row) => row.phase },
    { name: 'injected', value: (row) => row.injected },
    { name: 'strategy', value: (row) => row.strategy },
    { name: 'reason', value: (row) => row.reason },
    { name: 'cluster', value: (row) => row.cluster },
    { name: 'node', value: (row) => row.node },
    { name: 'namespace', value: (row) => row.namespace },
    { name: 'pod', value: (row) => row.pod },
    { name: 'container', value: (row) => row.container },
    { name: 'image', value: (row) => row.image },
    { name: 'command', value: requestText },
    { name: 'requested_at', value: (row) => row.requestedAt },
    { name: 'started_at', value: (row) => row.startedAt },
    { name: 'ended_at', value: (row) => row.endedAt },
    { name: 'audit_id', value: (row) => row.audit?.id },
    { name: 'source_ips', value: (row) => row.audit?.sourceIps.join(' ') },
    { name: 'user_agent', value: (row) => row.audit?.userAgent },
    { name: 'commands', value: (row) => row.commands },
  ],
};
