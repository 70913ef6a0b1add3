import { Conditions, type SearchColumns, onSession, pageClause, searchConditions } from './conditions.ts';
import type { AlertSearch, CommandSearch, SessionSearch } from './store.ts';

/** A statement and its values. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** One program start may be reported by several rules: the lineage rule's report stands for it, else the first by id. */
export const NOT_A_TWIN = `not exists (
    select 1 from whoran.events twin where twin.start = r.start and twin.command and twin.rule <> r.rule
      and (case when twin.lineage then 0 else 1 end, twin.id) < (case when r.lineage then 0 else 1 end, r.id))`;

/** How many commands of a session are counted at most: beyond that the number says "many". */
const MAX_COUNT = 100_000;

const SESSION_COLUMNS = `r.id, r.requested_ns, r.body, (
  select count(*)::int from (
    select 1 from (select * from whoran.events e where e.session = any (array[r.id, r.alias]) and e.cluster = r.cluster) r
    where r.command and ${NOT_A_TWIN} limit ${MAX_COUNT}) counted) as commands`;

const inCommandLine: SearchColumns = { time: 'time_ns', text: (p) => `r.command_line ilike ${p}` };

/** Finds commands. */
export function commandStatement(search: CommandSearch): Statement {
  const conditions = onSession(searchConditions(search, inCommandLine), search).always('r.command').always(NOT_A_TWIN);
  const page = pageClause(conditions, search, 'time_ns');
  return { text: `select r.* from whoran.events r ${conditions.where()} ${page}`, values: conditions.values };
}

/** Finds alerts. */
export function alertStatement(search: AlertSearch): Statement {
  const columns: SearchColumns = {
    time: 'time_ns',
    text: (p) => `(r.message ilike ${p} or r.rule ilike ${p} or r.command_line ilike ${p})`,
  };
  const conditions = onSession(searchConditions(search, columns), search).on(search.rule, (p) => `r.rule = ${p}`);
  const page = pageClause(conditions, search, 'time_ns');
  return { text: `select r.* from whoran.alerts r ${conditions.where()} ${page}`, values: conditions.values };
}

/** Finds sessions. */
export function sessionStatement(search: SessionSearch): Statement {
  const conditions = searchConditions(search, { time: 'requested_ns', text: inCommandLine.text })
    .always('r.alias_of is null')
    .on(search.kind, (p) => `r.kind = ${p}`)
    .on(search.phase, (p) => `r.phase = ${p}`)
    .on(search.injected, (p) => `r.injected = ${p}`);
  const page = pageClause(conditions, search, 'requested_ns');
  return { text: `select ${SESSION_COLUMNS} from whoran.sessions r ${conditions.where()} ${page}`, values: conditions.values };
}

/** Finds the sessions of an id; the id of a record that is only another report of a session leads to that session. */
export function sessionByIdStatement(id: string, cluster: string | undefined): Statement {
  const conditions = new Conditions()
    .on(
      id,
      (p) =>
        `(r.id = ${p} or exists (select 1 from whoran.sessions other where other.cluster = r.cluster and other.id = ${p} and other.alias_of = r.id))`,
    )
    .on(cluster, (p) => `r.cluster = ${p}`)
    .always('r.alias_of is null');
  return {
    text: `select ${SESSION_COLUMNS} from whoran.sessions r ${conditions.where()} order by r.cluster limit 20`,
    values: conditions.values,
  };
}
