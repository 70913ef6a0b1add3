import type { Route } from '@whoran/routing';
import type { CliContext } from '../context.ts';
import { type Columns, type ListStyle, printList } from '../render/listing.ts';
import { visible } from '../render/visible.ts';
import { loadFaultlessRoutes } from './load-routes.ts';
import { type RouteRow, conditionsOf, routeRow, routeRows, timing } from './route-row.ts';

/** Prints the tree of a routes file, with what routes inherit. */
export async function showRoutes(
  path: string,
  { context, style }: { readonly context: CliContext; readonly style: ListStyle },
): Promise<void> {
  const { root } = await loadFaultlessRoutes(path);
  if (style.format !== 'table') return context.out(printList(columns, routeRows(root), style));
  const lines = treeLines(root, { depth: 0, above: undefined, style });
  await context.out(lines.map((line) => `${line}\n`).join(''));
}

interface Place {
  readonly depth: number;
  /** When the route above tells: said again only where it differs. */
  readonly above: string | undefined;
  readonly style: ListStyle;
}

function treeLines(route: Route, { depth, above, style }: Place): readonly string[] {
  const row = routeRow(route, depth);
  const conditions = conditionsOf(route).join(' and ') || 'everything';
  const when = timing(row);
  const notes = [
    ...(when === above ? [] : [when]),
    ...(row.muteTimeIntervals.length > 0 ? [`muted in ${row.muteTimeIntervals.join(', ')}`] : []),
    ...(row.activeTimeIntervals.length > 0 ? [`only in ${row.activeTimeIntervals.join(', ')}`] : []),
    ...(row.continue ? ['continues'] : []),
  ];
  const indent = '  '.repeat(depth);
  return [
    `${indent}${visible(conditions)} ${style.paint('faint', '->')} ${style.paint('heading', visible(row.receiver))}`,
    ...notes.map((note) => `${indent}    ${style.paint('faint', visible(note))}`),
    ...route.routes.flatMap((child) => treeLines(child, { depth: depth + 1, above: when, style })),
  ];
}

const columns: Columns<RouteRow> = {
  table: [],
  csv: [
    { name: 'route', value: (row) => row.route },
    { name: 'receiver', value: (row) => row.receiver },
    { name: 'matchers', value: (row) => row.matchers.join(' ') },
    { name: 'min_priority', value: (row) => row.minPriority },
    { name: 'continue', value: (row) => row.continue },
    { name: 'group_by', value: (row) => row.groupBy?.join(' ') },
    { name: 'group_wait', value: (row) => row.groupWait },
    { name: 'group_interval', value: (row) => row.groupInterval },
    { name: 'repeat_interval', value: (row) => row.repeatInterval },
    { name: 'mute_time_intervals', value: (row) => row.muteTimeIntervals.join(' ') },
    { name: 'active_time_intervals', value: (row) => row.activeTimeIntervals.join(' ') },
  ],
};
