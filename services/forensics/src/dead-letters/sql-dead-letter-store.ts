import type { Origin } from '@whoran/contracts';
import type { DeadLetterDetail, DeadLetterRecord, DeadLetterState } from '@whoran/forensics-api';
import { nanosOfMillis, printInstant } from '@whoran/kernel';
import type { SqlDatabase } from '../store/database/sql-database.ts';
import { present } from '../store/present.ts';
import { type Int8, found } from '../store/read-records.ts';
import type { DeadLetterRow } from '../store/rows.ts';
import type { Statement } from '../store/search-statements.ts';
import type { Found } from '../store/store.ts';
import { storable } from '../store/storable.ts';
import { TABLES, writeRows } from '../store/tables.ts';
import {
  OPEN_STATEMENT,
  countStatement,
  detailStatement,
  discardStatement,
  findStatement,
  recordsStatement,
  replayableStatement,
  replayedStatement,
} from './dead-letter-statements.ts';
import {
  type DeadLetterFilter,
  type DeadLetterSearch,
  DeadLetterStore,
  type Mark,
  type OpenCount,
  type ReplayableLetter,
} from './dead-letter-store.ts';

/** Characters of payloads that one statement takes, beside the last: a batch of long ones would not fit into one text. */
const MAX_STATEMENT = 4_000_000;

interface Columns {
  readonly id: string;
  readonly time_ns: Int8;
  readonly stage: string;
  readonly reason: string;
  readonly error: string;
  readonly attempts: Int8;
  readonly topic: string | null;
  readonly endpoint: string | null;
  readonly cluster: string | null;
  readonly origin: Origin | null;
  readonly truncated: boolean;
  readonly replayable: boolean;
  readonly state: DeadLetterState;
  readonly replays: Int8;
  readonly replayed_ms: Int8 | null;
  readonly replayed_by: string | null;
  readonly discarded_ms: Int8 | null;
  readonly discarded_by: string | null;
  readonly discarded_why: string | null;
}

interface ReplayableColumns {
  readonly id: string;
  readonly time_ns: Int8;
  readonly stage: string;
  readonly origin: Origin;
  readonly reason: string;
  readonly payload: string;
  readonly replays: Int8;
}

/** The dead letters in PostgreSQL, embedded or real. */
export class SqlDeadLetterStore extends DeadLetterStore {
  constructor(private readonly database: SqlDatabase) {
    super();
  }

  override async save(letters: readonly DeadLetterRow[]): Promise<void> {
    for (const rows of statementsOf(letters)) await writeRows(this.database, TABLES.deadLetters, rows);
  }

  override async find(search: DeadLetterSearch): Promise<readonly Found<DeadLetterRecord>[]> {
    const rows = await this.run<Columns>(findStatement(search));
    return rows.map((row) => found(deadLetterRecord(row), row.time_ns, row.id));
  }

  override async count(filter: DeadLetterFilter): Promise<number> {
    const [row] = await this.run<{ readonly count: number }>(countStatement(filter));
    return row?.count ?? 0;
  }

  override async records(ids: readonly string[]): Promise<readonly DeadLetterRecord[]> {
    return (await this.run<Columns>(recordsStatement(ids))).map(deadLetterRecord);
  }

  override async detail(id: string): Promise<DeadLetterDetail | undefined> {
    const [row] = await this.run<Columns & { readonly payload: string | null }>(detailStatement(id));
    return row && { ...deadLetterRecord(row), ...present({ payload: row.payload }) };
  }

  override async replayable(ids: readonly string[]): Promise<readonly ReplayableLetter[]> {
    const rows = await this.run<ReplayableColumns>(replayableStatement(ids));
    return rows.map(({ time_ns, replays, ...row }) => ({ ...row, timeNs: BigInt(time_ns), replays: Number(replays) }));
  }

  override async markReplayed(letters: readonly ReplayableLetter[], mark: Mark): Promise<void> {
    await this.run(replayedStatement(letters, mark));
  }

  override async discard(ids: readonly string[], mark: Mark & { readonly why: string }): Promise<void> {
    await this.run(discardStatement(ids, mark));
  }

  override openByStage(): Promise<readonly OpenCount[]> {
    return this.run<OpenCount>(OPEN_STATEMENT);
  }

  private run<Row>({ text, values }: Statement): Promise<readonly Row[]> {
    return this.database.query<Row>(text, values);
  }
}

/**
 * Splits letters into what one statement can write, in their order: a statement must not touch a row twice, and a letter
 * that came again within a batch must be counted as if it had come in two.
 */
function statementsOf(letters: readonly DeadLetterRow[]): readonly (readonly DeadLetterRow[])[] {
  const statements: DeadLetterRow[][] = [];
  let ids = new Set<string>();
  let room = 0;
  for (const letter of letters) {
    const id = storable(letter.id);
    if (statements.length === 0 || ids.has(id) || room <= 0) {
      statements.push([]);
      ids = new Set();
      room = MAX_STATEMENT;
    }
    statements.at(-1)?.push(letter);
    ids.add(id);
    room -= letter.payload.length;
  }
  // In the order of their keys, so that replicas do not wait for each other in a circle.
  return statements.map((rows) => rows.sort((one, other) => (one.id < other.id ? -1 : 1)));
}

function deadLetterRecord(row: Columns): DeadLetterRecord {
  const { id, stage, reason, error, topic, endpoint, cluster, origin, truncated, replayable, state } = row;
  return {
    id,
    time: printInstant(BigInt(row.time_ns)),
    stage,
    reason,
    error,
    attempts: Number(row.attempts),
    state,
    truncated,
    replayable,
    replays: Number(row.replays),
    ...present({ topic, endpoint, cluster, key: origin?.key, partition: origin?.partition, offset: origin?.offset }),
    ...present({ replayedAt: timeOf(row.replayed_ms), replayedBy: row.replayed_by }),
    ...present({ discardedAt: timeOf(row.discarded_ms), discardedBy: row.discarded_by, discardedWhy: row.discarded_why }),
  };
}

function timeOf(millis: Int8 | null): string | null {
  return millis === null ? null : printInstant(nanosOfMillis(Number(millis)));
}
