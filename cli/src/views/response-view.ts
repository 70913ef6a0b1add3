import type { Response } from '@whoran/contracts';
import type { ClockFace } from '../render/clock-face.ts';
import type { Columns } from '../render/listing.ts';
import type { TableStyle } from '../render/table.ts';
import { visible } from '../render/visible.ts';
import { type Fact, printFacts } from './session-facts.ts';

/** How responses look in a list. */
export const responseColumns: Columns<Response> = {
  table: [
    { title: 'TIME', zoned: true, text: (row, face) => face.date(row.createdAt), min: 19 },
    { title: 'STATE', text: stateText, min: 8, tone: (row) => (row.state === 'failed' ? 'bad' : row.state === 'done' ? 'good' : 'plain') },
    { title: 'ACTION', text: (row) => row.action, min: 12 },
    { title: 'TARGET', text: targetText, min: 16 },
    { title: 'UNTIL', zoned: true, text: untilText, min: 19, drop: 2 },
    { title: 'AUTHOR', text: (row) => row.author, min: 8, drop: 1 },
    { title: 'ID', text: (row) => row.id },
  ],
  csv: [
    { name: 'id', value: (row) => row.id },
    { name: 'state', value: (row) => row.state },
    { name: 'dry_run', value: (row) => row.dryRun },
    { name: 'action', value: (row) => row.action },
    { name: 'cluster', value: (row) => row.target.cluster },
    { name: 'user', value: (row) => row.target.user },
    { name: 'group', value: (row) => row.target.group },
    { name: 'credential', value: (row) => row.target.credentialId },
    { name: 'namespace', value: (row) => row.target.namespace },
    { name: 'pod', value: (row) => row.target.pod },
    { name: 'reason', value: (row) => row.reason },
    { name: 'author', value: (row) => row.author },
    { name: 'approved_by', value: (row) => row.approvals.map(({ by }) => by).join(' ') },
    { name: 'ended_by', value: (row) => row.endedBy },
    { name: 'created_at', value: (row) => row.createdAt },
    { name: 'changed_at', value: (row) => row.changedAt },
    { name: 'expires_at', value: (row) => row.expiresAt },
    { name: 'error', value: (row) => row.error },
  ],
};

const MARKS = { planned: '·', done: '✓', failed: '✗', impossible: '–', undone: '↶' } as const;

/** A response for people: what is known of it, then each step. */
export function printResponse(response: Response, style: TableStyle): string {
  const steps = response.steps.map(({ what, state, error }) => {
    const why = error === undefined ? '' : `: ${error}`;
    return `  ${MARKS[state]} ${state.padEnd(10)} ${visible(`${what}${why}`)}`;
  });
  const heading = response.dryRun ? 'what would be done' : 'steps';
  return [...printFacts(factsOf(response, style.face), style), '', style.paint('heading', heading), ...steps, ''].join('\n');
}

/** In one line: what became of it. */
export function responseSummary(response: Response): string {
  const { state, dryRun, id, error, approvals, expiresAt } = response;
  const why = error === undefined ? '' : `: ${error}`;
  switch (state) {
    case 'proposed':
      return `proposed, ${approvals.length} approved: another person must run "whoran response approve ${id}"`;
    case 'done':
      if (dryRun) return 'a dry run: nothing was changed';
      return `done${expiresAt === undefined ? '' : `, until ${expiresAt}`}; "whoran response undo ${id}" takes it back`;
    case 'approved':
    case 'running':
    case 'undoing':
      return `${state}: "whoran response show ${id}" tells how it goes on`;
    case 'failed':
    case 'rejected':
    case 'expired':
    case 'undone':
      return `${state}${why}`;
  }
}

function factsOf(response: Response, face: ClockFace): readonly Fact[] {
  const { approvals, endedBy } = response;
  return [
    ['response', response.id],
    ['action', response.action],
    ['state', `${stateText(response)}${response.error === undefined ? '' : `: ${response.error}`}`],
    ['target', targetText(response)],
    ['reason', response.reason],
    ['author', response.author],
    ['approved', approvals.map(({ by, at }) => `${by} at ${face.date(at)}`).join(', ')],
    ['ended by', endedBy],
    ['alert', response.alert],
    ['created', `${face.date(response.createdAt)}, ${face.zone}`],
    ['changed', face.date(response.changedAt)],
    ['until', untilText(response, face)],
  ];
}

function stateText({ state, dryRun }: Response): string {
  return dryRun ? `${state}, dry run` : state;
}

function untilText({ expiresAt }: Response, face: ClockFace): string | undefined {
  return expiresAt === undefined ? undefined : face.date(expiresAt);
}

function targetText({ target }: Response): string {
  const { user, group, credentialId, cluster, namespace, pod } = target;
  return [
    ...(user === undefined ? [] : [`user ${user}`]),
    ...(group === undefined ? [] : [`group ${group}`]),
    ...(credentialId === undefined ? [] : [`credential ${credentialId}`]),
    ...(pod === undefined ? [] : [`pod ${namespace ?? ''}/${pod}`]),
    ...(pod === undefined && namespace !== undefined ? [`namespace ${namespace}`] : []),
    `in ${cluster ?? 'all clusters'}`,
  ].join(' ');
}
