import type { Issue } from '@whoran/kernel';
import type { InhibitRule } from '../inhibition/inhibit.ts';
import { valuesOf } from '../matchers/labels.ts';
import type { Matcher } from '../matchers/matcher.ts';
import { parseMatcher } from '../matchers/parse-matcher.ts';
import type { Routing } from '../routing.ts';
import { Complaints } from './complaints.ts';
import { durationOf } from './durations.ts';
import { parseReceivers } from './parse-receivers.ts';
import { parseRouteTree } from './parse-route.ts';
import { parseTimeIntervals } from './parse-times.ts';
import type { ReceiverKind } from './routes-file.ts';
import type { InhibitRuleEntry, RoutesFileContent } from './routes-file-content.ts';

const DEFAULT_RESOLVE_TIMEOUT = 300_000;

/** A routing, and everything that is wrong with the file: with issues, the routing must not be used. Items are JSON pointers. */
export interface ParsedRouting {
  readonly routing: Routing;
  readonly issues: readonly Issue[];
}

/** The routing of a file that fits the schema. Everything wrong with it is told at once. */
export function parseRouting(content: RoutesFileContent, kinds: readonly ReceiverKind[]): ParsedRouting {
  const routes = new Complaints('invalid-route');
  const receivers = new Complaints('invalid-receiver');
  if ('mute_time_intervals' in content) routes.add('/mute_time_intervals', "is Alertmanager's old form: write time_intervals");
  const timeIntervals = parseTimeIntervals(content.time_intervals ?? [], routes);
  const names = { receivers: new Set(content.receivers.map(({ name }) => name)), intervals: new Set(timeIntervals.keys()) };
  const routing = {
    root: parseRouteTree(content.route, names, routes),
    receivers: parseReceivers(content.receivers, kinds, receivers),
    inhibitRules: parseInhibitRules(content.inhibit_rules ?? [], routes),
    timeIntervals,
    resolveTimeout: durationOf(content.global?.resolve_timeout, DEFAULT_RESOLVE_TIMEOUT),
  };
  return { routing, issues: [...routes.issues, ...receivers.issues] };
}

function parseInhibitRules(entries: readonly InhibitRuleEntry[], complaints: Complaints): readonly InhibitRule[] {
  return entries.map((entry, index) => {
    const at = `/inhibit_rules/${index}`;
    const equal = entry.equal ?? [];
    if (entry.name !== undefined && entries.findIndex(({ name }) => name === entry.name) !== index) {
      complaints.add(`${at}/name`, `is the name of another inhibition too: "${entry.name}"`);
    }
    for (const [place, name] of equal.entries()) {
      if (!valuesOf(name)) complaints.add(`${at}/equal/${place}`, `names "${name}", which is neither a label nor a field of Falco's`);
    }
    return {
      name: entry.name ?? `inhibit_rules[${index}]`,
      sourceMatchers: sideOf(entry, 'source', { at, complaints }),
      targetMatchers: sideOf(entry, 'target', { at, complaints }),
      equal,
    };
  });
}

function sideOf(
  entry: InhibitRuleEntry,
  side: 'source' | 'target',
  { at, complaints }: { readonly at: string; readonly complaints: Complaints },
): readonly Matcher[] {
  const field = `${side}_matchers` as const;
  const legacy = [
    [`${side}_match`, `name="value"`],
    [`${side}_match_re`, `name=~"expression"`],
  ].filter(([name = '']) => name in entry);
  for (const [name = '', form = ''] of legacy) {
    complaints.add(`${at}/${name}`, `is Alertmanager's old form: write ${field}: ['${form}']`);
  }
  const texts = entry[field];
  if (!texts && legacy.length === 0) complaints.add(at, `needs ${field}: without, it would be about every alert`);
  return (texts ?? []).flatMap((text, place) => complaints.take(parseMatcher(text), `${at}/${field}/${place}`));
}
