import type { DeliveryRecord } from '@whoran/forensics-api';
import { Conditions, escapeLike, namePattern, pageClause } from '../store/conditions.ts';
import type { SqlDatabase } from '../store/database/sql-database.ts';
import { oneOfEach } from '../store/one-of-each.ts';
import { type Int8, found } from '../store/read-records.ts';
import type { DeliveryRow } from '../store/rows.ts';
import type { Statement } from '../store/search-statements.ts';
import type { Found } from '../store/store.ts';
import { TABLES, writeRows } from '../store/tables.ts';
import { type DeliverySearch, DeliveryStore } from './delivery-store.ts';

interface Columns {
  readonly id: string;
  readonly time_ns: Int8;
  readonly body: DeliveryRecord;
}

/** The deliveries in PostgreSQL, embedded or real. */
export class SqlDeliveryStore extends DeliveryStore {
  constructor(private readonly database: SqlDatabase) {
    super();
  }

  override save(rows: readonly DeliveryRow[]): Promise<void> {
    const later = (one: DeliveryRow, other: DeliveryRow) => (other.timeNs > one.timeNs ? other : one);
    return writeRows(
      this.database,
      TABLES.deliveries,
      oneOfEach(rows, ({ id }) => id, later),
    );
  }

  override async find(search: DeliverySearch): Promise<readonly Found<DeliveryRecord>[]> {
    const { text, values } = findStatement(search);
    const rows = await this.database.query<Columns>(text, values);
    return rows.map(({ body, time_ns, id }) => found(body, time_ns, id));
  }
}

function findStatement(search: DeliverySearch): Statement {
  const conditions = new Conditions()
    .on(search.receiver, (p) => `r.receiver = ${p}`)
    .on(search.outcome, (p) => `r.outcome = ${p}`)
    .on(search.reason, (p) => `r.body ->> 'reason' = ${p}`)
    .on(search.rule, (p) => has('rules', p))
    .on(search.cluster, (p) => has('clusters', p))
    .on(search.alert, (p) => has('alerts', p))
    .on(search.notification, (p) => `r.body ->> 'notification' = ${p}`)
    .on(search.sinceNs, (p) => `r.time_ns >= ${p}::bigint`)
    .on(search.untilNs, (p) => `r.time_ns < ${p}::bigint`)
    .on(search.text === undefined ? undefined : `%${escapeLike(search.text)}%`, (p) => `r.body ->> 'error' ilike ${p}`);
  onUsers(conditions, search.user);
  const page = pageClause(conditions, search, 'time_ns');
  return { text: `select r.id, r.time_ns, r.body from whoran.deliveries r ${conditions.where()} ${page}`, values: conditions.values };
}

function onUsers(conditions: Conditions, user: string | undefined): void {
  const pattern = user === undefined ? undefined : namePattern(user);
  if (pattern === undefined) conditions.on(user, (p) => has('users', p));
  else conditions.on(pattern, (p) => `exists (select 1 from jsonb_array_elements_text(r.body -> 'users') u(name) where u.name like ${p})`);
}

function has(list: string, p: string): string {
  return `r.body -> '${list}' @> to_jsonb(${p}::text)`;
}
