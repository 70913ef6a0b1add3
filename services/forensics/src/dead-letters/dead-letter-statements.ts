import { Conditions, escapeLike, pageClause } from '../store/conditions.ts';
import type { Statement } from '../store/search-statements.ts';
import { storable } from '../store/storable.ts';
import type { DeadLetterFilter, DeadLetterSearch, Mark, ReplayableLetter } from './dead-letter-store.ts';

const REPLAYABLE = '(r.payload is not null and r.origin is not null and not r.truncated)';

/** Everything but the payload, which may be long. */
const COLUMNS = `r.id, r.time_ns, r.stage, r.reason, r.error, r.attempts, r.topic, r.endpoint, r.cluster, r.origin, r.truncated,
  ${REPLAYABLE} as replayable, r.state, r.replays, r.replayed_ms, r.replayed_by, r.discarded_ms, r.discarded_by, r.discarded_why`;

/** Finds dead letters. */
export function findStatement(search: DeadLetterSearch): Statement {
  const conditions = conditionsOf(search);
  const page = pageClause(conditions, search, 'time_ns');
  return { text: `select ${COLUMNS} from whoran.dead_letters r ${conditions.where()} ${page}`, values: conditions.values };
}

/** Counts dead letters. */
export function countStatement(filter: DeadLetterFilter): Statement {
  const conditions = conditionsOf(filter);
  return { text: `select count(*)::int as count from whoran.dead_letters r ${conditions.where()}`, values: conditions.values };
}

/** Finds dead letters by their ids. */
export function recordsStatement(ids: readonly string[]): Statement {
  return { text: `select ${COLUMNS} from whoran.dead_letters r where r.id = any ($1)`, values: [ids.map(storable)] };
}

/** Finds one dead letter with its payload. */
export function detailStatement(id: string): Statement {
  return { text: `select ${COLUMNS}, r.payload from whoran.dead_letters r where r.id = $1`, values: [storable(id)] };
}

/** Finds what can be replayed, by the letters' ids. */
export function replayableStatement(ids: readonly string[]): Statement {
  return {
    text: `select r.id, r.time_ns, r.stage, r.origin, r.reason, r.payload, r.replays from whoran.dead_letters r where r.id = any ($1) and ${REPLAYABLE}`,
    values: [ids.map(storable)],
  };
}

/** Marks letters that were replayed as they were read; of one that has come again meanwhile it only counts the replay. */
export function replayedStatement(letters: readonly ReplayableLetter[], { by, now }: Mark): Statement {
  const rows = letters.map(({ id, timeNs, replays }) => ({ id, timeNs: timeNs.toString(), attempt: replays + 1 }));
  return {
    text: `update whoran.dead_letters t
set replays = greatest(t.replays, m.attempt), replayed_ms = $2::bigint, replayed_by = $3::text,
  state = case when t.time_ns = m."timeNs" and t.replay < m.attempt then 'replayed' else t.state end
from json_to_recordset($1::json) as m("id" text, "timeNs" bigint, "attempt" bigint) where t.id = m.id`,
    values: [JSON.stringify(rows), now, storable(by)],
  };
}

/** Marks letters as discarded. */
export function discardStatement(ids: readonly string[], { by, why, now }: Mark & { readonly why: string }): Statement {
  return {
    text: `update whoran.dead_letters set state = 'discarded', discarded_ms = $2::bigint, discarded_by = $3::text, discarded_why = $4::text where id = any ($1)`,
    values: [ids.map(storable), now, storable(by), storable(why)],
  };
}

/** Counts what is open. */
export const OPEN_STATEMENT: Statement = {
  text: `select stage, count(*)::int as count from whoran.dead_letters where state = 'open' group by stage order by count(*) desc, stage`,
  values: [],
};

function conditionsOf(filter: DeadLetterFilter): Conditions {
  return new Conditions()
    .on(filter.stage, (p) => `r.stage = ${p}`)
    .on(filter.reason, (p) => `r.reason = ${p}`)
    .on(filter.topic, (p) => `r.topic = ${p}`)
    .on(filter.cluster, (p) => `r.cluster = ${p}`)
    .on(filter.state, (p) => `r.state = ${p}`)
    .on(filter.sinceNs, (p) => `r.time_ns >= ${p}::bigint`)
    .on(filter.untilNs, (p) => `r.time_ns < ${p}::bigint`)
    .on(filter.text === undefined ? undefined : `%${escapeLike(filter.text)}%`, (p) => `r.error ilike ${p}`)
    .on(filter.replayable, (p) => `${REPLAYABLE} = ${p}::boolean`);
}
