import type { ResponseDetail, ResponseRecord } from '@whoran/forensics-api';
import type { ClockFace } from '../render/clock-face.ts';
import type { Columns } from '../render/listing.ts';
import type { TableStyle } from '../render/table.ts';
import type { Tone } from '../render/tone.ts';
import { visible } from '../render/visible.ts';
import { type Fact, printFacts } from './session-facts.ts';

/** How responses look. */
export const responseColumns: Columns<ResponseRecord> = {
  table: [
    { title: 'CHANGED', zoned: true, text: (row, face) => face.date(row.changedAt), min: 19 },
    { title: 'STATE', text: stateText, min: 8, tone: toneOf },
    { title: 'ACTION', text: (row) => row.action, min: 11 },
    { title: 'ABOUT', text: aboutText, min: 16 },
    { title: 'CLUSTER', text: (row) => row.target.cluster ?? '(all)', min: 7, drop: 2 },
    { title: 'AUTHOR', text: (row) => row.author, min: 8, drop: 1 },
    { title: 'ID', text: (row) => row.id, min: 36 },
    { title: 'REASON', text: (row) => row.reason },
  ],
  csv: [
    { name: 'changed_at', value: (row) => row.changedAt },
    { name: 'created_at', value: (row) => row.createdAt },
    { name: 'expires_at', value: (row) => row.expiresAt },
    { name: 'action', value: (row) => row.action },
    { name: 'state', value: (row) => row.state },
    { name: 'dry_run', value: (row) => row.dryRun },
    { name: 'user', value: ({ target }) => target.user },
    { name: 'group', value: ({ target }) => target.group },
    { name: 'credential_id', value: ({ target }) => target.credentialId },
    { name: 'cluster', value: ({ target }) => target.cluster },
    { name: 'namespace', value: ({ target }) => target.namespace },
    { name: 'pod', value: ({ target }) => target.pod },
    { name: 'container', value: ({ target }) => target.container },
    { name: 'session', value: ({ target }) => target.session },
    { name: 'author', value: (row) => row.author },
    { name: 'approved_by', value: (row) => row.approvals.map(({ by }) => by).join(' ') },
    { name: 'reason', value: (row) => row.reason },
    { name: 'error', value: (row) => row.error },
    { name: 'alert', value: (row) => row.alert },
    { name: 'id', value: (row) => row.id },
    { name: 'revision', value: (row) => row.revision },
  ],
};

/** One response for people: what is known of it, its steps, and the states that it was in. */
export function printResponse({ response, history }: ResponseDetail, style: TableStyle): string {
  const heading = (text: string) => style.paint('heading', text);
  const steps = response.steps.map(({ what, state, error }) => `  ${state.padEnd(10)} ${what}${error === undefined ? '' : `: ${error}`}`);
  const states = history.map((row) => `  ${style.face.date(row.changedAt)} ${stateText(row)}${whoAgreed(row)}`);
  const parts = [...printFacts(responseFacts(response, style.face), style), '', heading('steps'), ...steps.map(visible)];
  return `${[...parts, '', heading('history'), ...states.map(visible)].join('\n')}\n`;
}

/** What is known of a response beside its steps. */
export function responseFacts(response: ResponseRecord, face: ClockFace): readonly Fact[] {
  return [
    ['response', response.id],
    ['action', response.action],
    ['state', stateText(response)],
    ['about', aboutText(response)],
    ['cluster', response.target.cluster ?? 'all'],
    ['reason', response.reason],
    ['author', response.author],
    ['approved', response.approvals.map(({ by, at }) => `${by} at ${face.date(at)}`).join(', ')],
    ['ended by', response.endedBy],
    ['created', `${face.date(response.createdAt)}, ${face.zone}`],
    ['expires', response.expiresAt && face.date(response.expiresAt)],
    ['alert', response.alert],
    ['error', response.error],
  ];
}

function aboutText({ target: { user, group, credentialId, namespace, pod, container, session } }: ResponseRecord): string {
  const place = [namespace, pod, container].filter((part) => part !== undefined).join('/');
  const whom = [user, group && `group ${group}`, credentialId && `credential ${credentialId}`, place, session && `session ${session}`];
  return whom.filter((part) => part !== undefined && part !== '').join(', ');
}

function stateText({ state, dryRun }: ResponseRecord): string {
  return dryRun ? `${state} (dry run)` : state;
}

function whoAgreed({ approvals, state }: ResponseRecord): string {
  return state === 'approved' ? `, by ${approvals.map(({ by }) => by).join(', ')}` : '';
}

function toneOf({ state }: ResponseRecord): Tone {
  switch (state) {
    case 'done':
    case 'undone':
      return 'good';
    case 'failed':
      return 'bad';
    case 'rejected':
    case 'expired':
      return 'faint';
    case 'proposed':
    case 'approved':
    case 'running':
    case 'undoing':
      return 'odd';
  }
}
