import { type Alert, namedUser, withoutTokens } from '@whoran/contracts';
import type { Millis } from '@whoran/kernel';
import { type ExplainedRoute, type ExplainedRouting, type TriedRoute, labelOf } from '@whoran/routing';
import type { TableStyle } from '../render/table.ts';
import { toneOfPriority } from '../render/tone.ts';
import { cutTo, visible } from '../render/visible.ts';
import { conditionsOf, routeRow, timing } from './route-row.ts';

/** An alert and where it goes. */
export interface Explained {
  readonly number: number;
  readonly alert: Alert;
  readonly explained: ExplainedRouting;
  readonly at: Millis;
}

const LONGEST_VALUE = 80;

/** Where an alert goes and why, for people; with `all`, every route that was tried. */
export function printExplanation({ number, alert, explained, at }: Explained, all: boolean, style: TableStyle): string {
  const { inhibitedWhile, inhibits } = explained;
  const title = `${style.paint('heading', `alert ${number}`)}  ${clean(alert.rule)}  ${style.paint(toneOfPriority(alert.priority), clean(alert.priority))}`;
  const where = [labelOf(alert, 'namespace'), labelOf(alert, 'pod')].filter((text) => text !== '').join('/');
  const who = namedUser(alert.whoran.attribution) ?? 'nobody named';
  const lines = [
    title,
    `  ${clean([who, where, alert.whoran.cluster].filter((text) => text !== '').join(' · '))}`,
    `  at ${style.face.date(new Date(at).toISOString())} ${style.face.zone}`,
    ...explained.routes.flatMap((route) => routeLines(route, mutedBy(route, explained), style)),
    ...(inhibitedWhile.length > 0 ? [`  muted while a source alert is active, by ${clean(inhibitedWhile.join(', '))}`] : []),
    ...(inhibits.length > 0 ? [`  while it is active it mutes others, by ${clean(inhibits.join(', '))}`] : []),
    ...(all ? ['  every route that was tried:', ...triedLines(explained.trace, 2, style)] : []),
  ];
  return `${lines.join('\n')}\n\n`;
}

/** What keeps a route from telling of an alert, as far as it is known: its time intervals, or a silence. */
export function mutedBy({ mutedByTime }: ExplainedRoute, { silencedBy: [silence] }: ExplainedRouting): string | undefined {
  if (mutedByTime !== undefined || !silence) return mutedByTime;
  return `silence ${silence.id} by ${silence.createdBy}: ${silence.comment}`;
}

function routeLines({ route, receiver, path, group }: ExplainedRoute, muted: string | undefined, style: TableStyle): readonly string[] {
  const told = muted === undefined ? style.paint('good', 'told') : style.paint('odd', `not told: ${clean(muted)}`);
  const because = path.flatMap(({ conditions }) => conditions);
  return [
    `  ${style.paint('heading', clean(receiver))}  ${told}`,
    `    route  ${clean(route.id)}`,
    ...because.map(({ condition, value }) => `    since  ${clean(condition)}: it is ${quoted(value)}`),
    ...(because.length === 0 ? ['    since  no other route matches'] : []),
    `    when   ${clean(timing(routeRow(route, 0)))}`,
    ...(group
      ? [
          `    group  ${
            clean(
              Object.entries(group.labels)
                .map(([name, value]) => `${name}=${quoted(value)}`)
                .join(', '),
            ) || 'all alerts of the route'
          }`,
        ]
      : []),
  ];
}

function triedLines({ route, matched, conditions, tried, untried }: TriedRoute, level: number, style: TableStyle): readonly string[] {
  const indent = '  '.repeat(level);
  const failed = conditions.find(({ holds }) => !holds);
  const answer = style.paint(matched ? 'good' : 'bad', matched ? 'yes' : 'no ');
  const why = failed ? `: ${clean(failed.condition)} does not hold, it is ${quoted(failed.value)}` : '';
  return [
    `${indent}${answer}  ${clean(conditionsOf(route).join(' and ') || 'everything')} -> ${clean(route.receiver)}${why}`,
    ...tried.flatMap((each) => triedLines(each, level + 1, style)),
    ...(untried > 0 ? [`${indent}  ${style.paint('faint', `${untried} more not tried: the one above does not continue`)}`] : []),
  ];
}

/** Command lines may be matched on, and may carry a token. */
function clean(text: string): string {
  return visible(withoutTokens(text));
}

function quoted(value: string): string {
  return value === '' ? 'empty' : `"${cutTo(clean(value), LONGEST_VALUE)}"`;
}
