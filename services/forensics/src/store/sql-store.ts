import type { AlertRecord, CommandRecord, SessionRecord } from '@whoran/forensics-api';
import type { Millis } from '@whoran/kernel';
import { SqlDeadLetterStore } from '../dead-letters/sql-dead-letter-store.ts';
import { mergeProcess } from '../intake/process-rows.ts';
import { SqlDeliveryStore } from '../deliveries/sql-delivery-store.ts';
import { SqlResponseStore } from '../responses/sql-response-store.ts';
import { deleteBefore } from './delete-before.ts';
import { inOrder, oneOfEach } from './one-of-each.ts';
import { readOverview } from './read-overview.ts';
import {
  type AlertColumns,
  type EventColumns,
  type ProcessColumns,
  type SessionColumns,
  alertRecord,
  commandRecord,
  found,
  sessionRecord,
  storedProcess,
} from './read-records.ts';
import type { AlertRow, EventRow, FactRow, ProcessRow, ReportRow, SourceRow } from './rows.ts';
import { saveReports } from './save-reports.ts';
import { type Statement, alertStatement, commandStatement, sessionByIdStatement, sessionStatement } from './search-statements.ts';
import type { SqlDatabase } from './database/sql-database.ts';
import {
  type AlertSearch,
  type CommandSearch,
  type ContentLimits,
  type Found,
  type Overview,
  type OverviewOf,
  type SessionContents,
  type SessionSearch,
  Store,
} from './store.ts';
import { storable } from './storable.ts';
import { TABLES, writeRows } from './tables.ts';

/** The store on PostgreSQL, embedded or real. Rows are written in the order of their keys, so that replicas do not deadlock. */
export class SqlStore extends Store {
  override readonly letters: SqlDeadLetterStore;
  override readonly deliveries: SqlDeliveryStore;
  override readonly responses: SqlResponseStore;

  constructor(private readonly database: SqlDatabase) {
    super();
    this.letters = new SqlDeadLetterStore(database);
    this.deliveries = new SqlDeliveryStore(database);
    this.responses = new SqlResponseStore(database);
  }

  override saveEvents(events: readonly EventRow[], processes: readonly ProcessRow[]): Promise<void> {
    return this.database.transaction(async (session) => {
      await writeRows(
        session,
        TABLES.processes,
        oneOfEach(processes, ({ key }) => key, mergeProcess),
      );
      await writeRows(session, TABLES.events, latest(events));
    });
  }

  override saveAlerts(alerts: readonly AlertRow[]): Promise<void> {
    return writeRows(this.database, TABLES.alerts, latest(alerts));
  }

  override async saveReports(reports: readonly ReportRow[]): Promise<void> {
    if (reports.length > 0) await this.database.transaction((session) => saveReports(session, reports));
  }

  override saveSightings(sources: readonly SourceRow[], facts: readonly FactRow[]): Promise<void> {
    return this.database.transaction(async (session) => {
      await writeRows(
        session,
        TABLES.sources,
        inOrder(sources, ({ kind, cluster, node }) => `${cluster}/${node}/${kind}`),
      );
      await writeRows(
        session,
        TABLES.facts,
        inOrder(facts, ({ cluster, node, fact }) => `${cluster}/${node}/${fact}`),
      );
    });
  }

  override async commands(search: CommandSearch): Promise<readonly Found<CommandRecord>[]> {
    const rows = await this.run<EventColumns>(commandStatement(search));
    return rows.map((row) => found(commandRecord(row), row.time_ns, row.id));
  }

  override async alerts(search: AlertSearch): Promise<readonly Found<AlertRecord>[]> {
    const rows = await this.run<AlertColumns>(alertStatement(search));
    return rows.map((row) => found(alertRecord(row), row.time_ns, row.id));
  }

  override async sessions(search: SessionSearch): Promise<readonly Found<SessionRecord>[]> {
    const rows = await this.run<SessionColumns>(sessionStatement(search));
    return rows.map((row) => found(sessionRecord(row), row.requested_ns, row.id));
  }

  override async session(id: string, cluster?: string): Promise<readonly SessionRecord[]> {
    return (await this.run<SessionColumns>(sessionByIdStatement(id, cluster))).map(sessionRecord);
  }

  override async contents(session: SessionRecord, limits: ContentLimits): Promise<SessionContents> {
    const oldestFirst = { session: session.id, cluster: session.cluster, order: 'asc' } as const;
    const ids = [session.id, ...session.aliases].map(storable);
    const processes = await this.run<ProcessColumns>({
      text: 'select * from whoran.processes where session = any ($1) and cluster = $2 order by started_ns nulls last, key limit $3',
      values: [ids, session.cluster, limits.processes],
    });
    const commands = await this.commands({ ...oldestFirst, limit: limits.commands });
    const alerts = await this.alerts({ ...oldestFirst, limit: limits.alerts });
    return {
      processes: processes.map(storedProcess),
      commands: commands.map(({ record }) => record),
      alerts: alerts.map(({ record }) => record),
    };
  }

  override overview(of: OverviewOf): Promise<Overview> {
    return readOverview(this.database, of);
  }

  override deleteBefore(storedMs: Millis, limit: number): Promise<number> {
    return deleteBefore(this.database, storedMs, limit);
  }

  override async ping(): Promise<void> {
    await this.database.query('select 1');
  }

  override close(): Promise<void> {
    return this.database.close();
  }

  private run<Row>({ text, values }: Statement): Promise<readonly Row[]> {
    return this.database.query<Row>(text, values);
  }
}

function latest<T extends { readonly id: string; readonly revision: number }>(rows: readonly T[]): readonly T[] {
  return oneOfEach(
    rows,
    ({ id }) => id,
    (one, other) => (other.revision > one.revision ? other : one),
  );
}
