import { type Issue, printIssue } from '@whoran/kernel';
import type { Route } from '@whoran/routing';
import type { CliContext } from '../context.ts';
import { EXIT } from '../failure.ts';
import { type Columns, type ListStyle, printList } from '../render/listing.ts';
import { visible } from '../render/visible.ts';
import { counted } from '../rules/counted.ts';
import { type LoadedRoutes, loadRoutes } from './load-routes.ts';

/** What the command line says about a check. */
export interface CheckRoutesOptions {
  /** False: receivers are not opened, because their secrets are elsewhere. */
  readonly open: boolean;
}

/** Prints everything that is wrong with a routes file; ends with status 1 if there is anything. */
export async function checkRoutes(
  path: string,
  { open }: CheckRoutesOptions,
  { context, style }: { readonly context: CliContext; readonly style: ListStyle },
): Promise<void> {
  const loaded = await loadRoutes(path, { open });
  if (style.format === 'table') {
    for (const issue of loaded.issues) await context.out(`${style.paint('bad', 'error')}: ${visible(printIssue(issue))}\n`);
    await context.out(`${visible(summary(path, loaded))}\n`);
  } else await context.out(printList(columns, loaded.issues, style));
  if (loaded.issues.length > 0) context.finish(EXIT.failed);
}

function summary(path: string, { routing, issues }: LoadedRoutes): string {
  if (!routing) return `${path} cannot be used: ${counted(issues.length, 'error')}`;
  const parts = [
    counted(countRoutes(routing.root), 'route'),
    counted(routing.receivers.length, 'receiver'),
    counted(routing.inhibitRules.length, 'inhibition'),
    counted(routing.timeIntervals.size, 'time interval'),
  ];
  return `${path} can be used: ${parts.join(', ')}`;
}

function countRoutes({ routes }: Route): number {
  return routes.reduce((count, route) => count + countRoutes(route), 1);
}

const columns: Columns<Issue> = {
  table: [],
  csv: [
    { name: 'item', value: (row) => row.item },
    { name: 'message', value: (row) => row.message },
    { name: 'line', value: (row) => row.line },
    { name: 'column', value: (row) => row.column },
    { name: 'code', value: (row) => row.code },
  ],
};
