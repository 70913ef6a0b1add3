import { truncate } from '@whoran/kernel';
import { valuesOf } from '../matchers/labels.ts';
import { parseMatcher, printMatchers } from '../matchers/parse-matcher.ts';
import type { Route } from '../tree/route.ts';
import type { Complaints } from './complaints.ts';
import { durationOf } from './durations.ts';
import type { RouteEntry } from './routes-file-content.ts';

/** How deep routes may nest. */
const MAX_DEPTH = 16;
/** How long the id of a route may be (contracts). */
const MAX_ID = 1024;

/** The names that a route may use. */
export interface KnownNames {
  readonly receivers: ReadonlySet<string>;
  readonly intervals: ReadonlySet<string>;
}

/** What a route takes from the one above it. */
type Inherited = Pick<Route, 'id' | 'receiver' | 'groupBy' | 'groupWait' | 'groupInterval' | 'repeatInterval'>;

const DEFAULTS = { id: '', groupWait: 30_000, groupInterval: 300_000, repeatInterval: 4 * 3_600_000 };

/** The routing tree of a file, with everything in it that cannot be used told to `complaints`. */
export function parseRouteTree(entry: RouteEntry & { readonly receiver: string }, names: KnownNames, complaints: Complaints): Route {
  const parser = new RouteParser(names, complaints);
  return parser.parse(entry, { parent: { ...DEFAULTS, receiver: entry.receiver }, taken: new Set(), at: '/route', depth: 0 });
}

interface Place {
  readonly parent: Inherited;
  /** The ids of the siblings so far. */
  readonly taken: Set<string>;
  readonly at: string;
  readonly depth: number;
}

class RouteParser {
  constructor(
    private readonly names: KnownNames,
    private readonly complaints: Complaints,
  ) {}

  parse(entry: RouteEntry, { parent, taken, at, depth }: Place): Route {
    const matchers = this.matchers(entry, at);
    const route = {
      ...this.inherited(entry, parent, at),
      id: uniqueId(idOf(parent, matchers, entry.min_priority), taken, at),
      matchers,
      ...(entry.min_priority === undefined ? {} : { minPriority: entry.min_priority }),
      continue: entry.continue ?? false,
      muteTimeIntervals: this.intervals(entry.mute_time_intervals, `${at}/mute_time_intervals`),
      activeTimeIntervals: this.intervals(entry.active_time_intervals, `${at}/active_time_intervals`),
    };
    return {
      ...route,
      routes: this.children(entry.routes ?? [], { parent: route, taken: new Set(), at: `${at}/routes`, depth: depth + 1 }),
    };
  }

  private children(entries: readonly RouteEntry[], { at, depth, ...place }: Place): readonly Route[] {
    if (depth > MAX_DEPTH && entries.length > 0) {
      this.complaints.add(at, `nests deeper than ${MAX_DEPTH} levels`);
      return [];
    }
    return entries.map((entry, index) => this.parse(entry, { ...place, at: `${at}/${index}`, depth }));
  }

  private inherited(entry: RouteEntry, parent: Inherited, at: string): Omit<Inherited, 'id'> {
    if (entry.receiver !== undefined && !this.names.receivers.has(entry.receiver)) {
      this.complaints.add(`${at}/receiver`, `names the receiver "${entry.receiver}", which receivers does not have`);
    }
    const groupBy = entry.group_by === undefined ? parent.groupBy : this.groupBy(entry.group_by, `${at}/group_by`);
    const positive = (name: 'group_interval' | 'repeat_interval', fallback: number) => {
      const length = durationOf(entry[name], fallback);
      if (entry[name] !== undefined && length === 0) this.complaints.add(`${at}/${name}`, 'must be longer than 0s');
      return length;
    };
    return {
      receiver: entry.receiver ?? parent.receiver,
      ...(groupBy === undefined ? {} : { groupBy }),
      groupWait: durationOf(entry.group_wait, parent.groupWait),
      groupInterval: positive('group_interval', parent.groupInterval),
      repeatInterval: positive('repeat_interval', parent.repeatInterval),
    };
  }

  private groupBy(names: readonly string[] | 'none', at: string): readonly string[] | 'all' | undefined {
    if (names === 'none') return undefined;
    if (names.includes('...')) {
      if (names.length > 1) this.complaints.add(at, 'has "...", which stands for every label, beside other names');
      return 'all';
    }
    for (const [index, name] of names.entries()) {
      if (!valuesOf(name)) this.complaints.add(`${at}/${index}`, `groups by "${name}", which is neither a label nor a field of Falco's`);
      if (names.indexOf(name) !== index) this.complaints.add(`${at}/${index}`, `has "${name}" twice`);
    }
    return names;
  }

  private matchers(entry: RouteEntry, at: string): Route['matchers'] {
    for (const legacy of ['match', 'match_re'] as const) {
      if (legacy in entry) this.complaints.add(`${at}/${legacy}`, LEGACY[legacy]);
    }
    return (entry.matchers ?? []).flatMap((text, index) => this.complaints.take(parseMatcher(text), `${at}/matchers/${index}`));
  }

  private intervals(names: readonly string[] = [], at: string): readonly string[] {
    for (const [index, name] of names.entries()) {
      if (!this.names.intervals.has(name)) this.complaints.add(`${at}/${index}`, `names "${name}", which time_intervals does not have`);
    }
    return names;
  }
}

const LEGACY = {
  match: `is Alertmanager's old form: write matchers: ['name="value"']`,
  match_re: `is Alertmanager's old form: write matchers: ['name=~"expression"']`,
};

function idOf(parent: Inherited, matchers: Route['matchers'], minPriority: Route['minPriority']): string {
  const own = `${printMatchers(matchers)}${minPriority === undefined ? '' : `>=${minPriority}`}`;
  return parent.id === '' ? own : `${parent.id}/${own}`;
}

/** Routes that ask the same, and those that ask very much, are told apart by their place. */
function uniqueId(id: string, taken: Set<string>, at: string): string {
  const short = id.length > MAX_ID ? `${truncate(id, MAX_ID - at.length - 1)}#${at}` : id;
  const unique = taken.has(short) ? `${truncate(short, MAX_ID - at.length - 1)}#${at}` : short;
  taken.add(unique);
  return unique;
}
