import type { Response } from '@whoran/contracts';
import type { TableStyle } from '../render/table.ts';
import { visible } from '../render/visible.ts';
import { responseFacts } from './response-columns.ts';
import { printFacts } from './session-facts.ts';

const MARKS = { planned: '·', done: '✓', failed: '✗', impossible: '–', undone: '↶' } as const;

/** A response for people: what is known of it, then each step. */
export function printResponse(response: Response, style: TableStyle): string {
  const steps = response.steps.map(({ what, state, error }) => {
    const why = error === undefined ? '' : `: ${error}`;
    return `  ${MARKS[state]} ${state.padEnd(10)} ${visible(`${what}${why}`)}`;
  });
  const heading = response.dryRun ? 'what would be done' : 'steps';
  return [...printFacts(responseFacts(response, style.face), style), '', style.paint('heading', heading), ...steps, ''].join('\n');
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
      return `${state}${why}: "whoran response show ${id}" tells how it goes on`;
    case 'failed':
    case 'rejected':
    case 'expired':
    case 'undone':
      return `${state}${why}`;
  }
}
