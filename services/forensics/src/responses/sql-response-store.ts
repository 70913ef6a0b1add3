import type { ResponseRecord } from '@whoran/forensics-api';
import { Conditions, escapeLike, onUser, pageClause } from '../store/conditions.ts';
import type { SqlDatabase } from '../store/database/sql-database.ts';
import { oneOfEach } from '../store/one-of-each.ts';
import { type Int8, found } from '../store/read-records.ts';
import type { ResponseRow } from '../store/rows.ts';
import type { Statement } from '../store/search-statements.ts';
import type { Found } from '../store/store.ts';
import { storable } from '../store/storable.ts';
import { TABLES, writeRows } from '../store/tables.ts';
import { type ResponseSearch, ResponseStore } from './response-store.ts';

interface Columns {
  readonly id: string;
  readonly time_ns: Int8;
  readonly body: ResponseRecord;
}

const HISTORY = `select h.body from (
  select r.revision, r.body from whoran.responses r where r.id = $1 order by r.revision desc limit $2) h order by h.revision`;

/** The responses in PostgreSQL, embedded or real. */
export class SqlResponseStore extends ResponseStore {
  constructor(private readonly database: SqlDatabase) {
    super();
  }

  override save(rows: readonly ResponseRow[]): Promise<void> {
    return writeRows(
      this.database,
      TABLES.responses,
      oneOfEach(
        rows,
        ({ id, revision }) => `${id}\n${String(revision).padStart(16, '0')}`,
        (one) => one,
      ),
    );
  }

  override async find(search: ResponseSearch): Promise<readonly Found<ResponseRecord>[]> {
    const { text, values } = findStatement(search);
    const rows = await this.database.query<Columns>(text, values);
    return rows.map(({ body, time_ns, id }) => found(body, time_ns, id));
  }

  override async history(id: string, limit: number): Promise<readonly ResponseRecord[]> {
    const rows = await this.database.query<Pick<Columns, 'body'>>(HISTORY, [storable(id), limit]);
    return rows.map(({ body }) => body);
  }
}

function findStatement(search: ResponseSearch): Statement {
  const conditions = new Conditions()
    .always('not exists (select 1 from whoran.responses later where later.id = r.id and later.revision > r.revision)')
    .on(search.action, (p) => `r.action = ${p}`)
    .on(search.state, (p) => `r.state = ${p}`)
    .on(search.dryRun, (p) => `r.dry_run = ${p}::boolean`)
    .on(search.author, (p) => `r.author = ${p}`)
    .on(search.cluster, (p) => `(r.cluster = ${p} or r.cluster is null)`)
    .on(search.namespace, (p) => `r.namespace = ${p}`)
    .on(search.pod, (p) => `r.pod = ${p}`)
    .on(search.session, (p) => `r.session = ${p}`)
    .on(search.sinceNs, (p) => `r.time_ns >= ${p}::bigint`)
    .on(search.untilNs, (p) => `r.time_ns < ${p}::bigint`)
    .on(search.text === undefined ? undefined : `%${escapeLike(search.text)}%`, (p) => `r.body ->> 'reason' ilike ${p}`);
  onUser(conditions, search.user);
  const page = pageClause(conditions, search, 'time_ns');
  return { text: `select r.id, r.time_ns, r.body from whoran.responses r ${conditions.where()} ${page}`, values: conditions.values };
}
