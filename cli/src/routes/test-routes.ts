import { type Alert, namedUser, withoutTokens } from '@whoran/contracts';
import { type Millis, millisOfNanos, parseInstant } from '@whoran/kernel';
import { type ExplainedRouting, type Group, explainRouting, indexSilences } from '@whoran/routing';
import type { CliContext } from '../context.ts';
import { EXIT, Failure } from '../failure.ts';
import { type Columns, type ListStyle, listWriter } from '../render/listing.ts';
import { loadFaultlessRoutes } from './load-routes.ts';
import { mutedBy, printExplanation } from './print-explanation.ts';
import { readAlerts } from './read-alerts.ts';
import { readSilences } from './read-silences.ts';

/** What the command line says about a test. */
export interface TestRoutesOptions {
  readonly alert: string;
  readonly at?: string;
  readonly cluster: string;
  readonly silences?: string;
  readonly explain?: boolean;
  readonly expect?: readonly string[];
}

/** An alert and one receiver of it, as programs get it. */
export interface RoutedRow {
  /** From 1, in the order of the file. */
  readonly alert: number;
  readonly rule: string;
  readonly user?: string;
  readonly receiver: string;
  readonly route: string;
  /** Every condition on the way from the root, with what the alert has there. */
  readonly because: readonly { readonly condition: string; readonly value: string }[];
  readonly group?: Group;
  /** The time interval or the silence that mutes it then; absent if it is told. */
  readonly mutedBy?: string;
  readonly inhibitedWhile: readonly string[];
  readonly inhibits: readonly string[];
}

/** Says which receivers get the alerts of a file, and why. Ends with status 1 if `--expect` names others. */
export async function testRoutes(
  path: string,
  options: TestRoutesOptions,
  { context, style }: { readonly context: CliContext; readonly style: ListStyle },
): Promise<void> {
  const at = timeOf(options.at);
  const routing = await loadFaultlessRoutes(path);
  const alerts = readAlerts(options.alert, { cluster: options.cluster, at: new Date(at).toISOString() });
  const silences = indexSilences(options.silences === undefined ? [] : readSilences(options.silences));
  const writer = listWriter<RoutedRow>(columns, style);
  const told = new Set<string>();
  for (const [index, alert] of alerts.entries()) {
    const explained = explainRouting(routing, alert, { at, silences });
    for (const route of explained.routes) if (mutedBy(route, explained) === undefined) told.add(route.receiver);
    const number = index + 1;
    if (style.format === 'table') await context.out(printExplanation({ number, alert, explained, at }, options.explain === true, style));
    else await context.out(writer.page(rowsOf(number, alert, explained)));
  }
  if (style.format !== 'table') await context.out(writer.end());
  if (options.expect) compare(options.expect, told, context);
}

function timeOf(text: string | undefined): Millis {
  if (text === undefined) return Date.now();
  const instant = parseInstant(text);
  if (instant !== undefined) return millisOfNanos(instant);
  throw new Failure('--at must be a time such as 2026-01-31T10:00:00Z or 2026-01-31T10:00:00+01:00', { status: EXIT.usage });
}

function rowsOf(number: number, alert: Alert, explained: ExplainedRouting): readonly RoutedRow[] {
  const user = namedUser(alert.whoran.attribution);
  const { inhibitedWhile, inhibits } = explained;
  return explained.routes.map((each) => {
    const { route, receiver, path, group } = each;
    const muted = mutedBy(each, explained);
    return {
      alert: number,
      rule: alert.rule,
      ...(user === undefined ? {} : { user }),
      receiver,
      route: route.id,
      because: path.flatMap(({ conditions }) => conditions.map(({ condition, value }) => ({ condition, value: withoutTokens(value) }))),
      ...(group ? { group } : {}),
      ...(muted === undefined ? {} : { mutedBy: muted }),
      inhibitedWhile,
      inhibits,
    };
  });
}

function compare(expected: readonly string[], told: ReadonlySet<string>, context: CliContext): void {
  const missing = expected.filter((name) => !told.has(name));
  const surplus = [...told].filter((name) => !expected.includes(name));
  if (missing.length > 0) context.note(`expected, but not told: ${missing.join(', ')}`);
  if (surplus.length > 0) context.note(`told, but not expected: ${surplus.join(', ')}`);
  if (missing.length + surplus.length > 0) context.finish(EXIT.failed);
}

const columns: Columns<RoutedRow> = {
  table: [],
  csv: [
    { name: 'alert', value: (row) => row.alert },
    { name: 'rule', value: (row) => row.rule },
    { name: 'user', value: (row) => row.user },
    { name: 'receiver', value: (row) => row.receiver },
    { name: 'route', value: (row) => row.route },
    { name: 'group', value: (row) => row.group?.key },
    { name: 'muted_by', value: (row) => row.mutedBy },
    { name: 'inhibited_while', value: (row) => row.inhibitedWhile.join(' ') },
    { name: 'inhibits', value: (row) => row.inhibits.join(' ') },
  ],
};
