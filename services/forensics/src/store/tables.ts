import type { SqlSession } from './database/sql-database.ts';
import { encodeRows } from './storable.ts';

/** How rows of one table are written. Columns are written as the row's fields are, in snake case. */
interface Table {
  readonly name: string;
  /** Field → column type. */
  readonly fields: Readonly<Record<string, string>>;
  readonly key: readonly string[];
  /** Columns that are not simply replaced; `t` is what is there, `excluded` what comes. */
  readonly merge?: Readonly<Record<string, string>>;
  /** Columns that keep their first value. */
  readonly keep?: readonly string[];
  /** Replace only when this holds. */
  readonly when?: string;
}

const ATTRIBUTED = {
  id: 'text',
  revision: 'bigint',
  timeNs: 'bigint',
  storedMs: 'bigint',
  cluster: 'text',
  node: 'text',
  namespace: 'text',
  pod: 'text',
  container: 'text',
  containerId: 'text',
  rule: 'text',
  priority: 'text',
  source: 'text',
  evidence: 'text',
  reason: 'text',
  userName: 'text',
  identity: 'jsonb',
  session: 'text',
  sessionKind: 'text',
  candidates: 'jsonb',
  process: 'text',
  commandLine: 'text',
  message: 'text',
  tags: 'jsonb',
};
const IS_LATER = 'excluded.revision > t.revision';
const sessionWins = "(excluded.session_rank, coalesce(excluded.session, '') collate \"C\") > (t.session_rank, coalesce(t.session, ''))";
const parentWins = "(excluded.parent_rank, coalesce(excluded.parent, '') collate \"C\") > (t.parent_rank, coalesce(t.parent, ''))";

/** Every table that is written in batches. */
export const TABLES = {
  events: upsert({
    name: 'whoran.events',
    fields: {
      ...ATTRIBUTED,
      type: 'text',
      command: 'boolean',
      lineage: 'boolean',
      start: 'text',
      pid: 'bigint',
      vpid: 'bigint',
      program: 'text',
      executable: 'text',
      directory: 'text',
      processUser: 'text',
    },
    key: ['id'],
    keep: ['stored_ms'],
    when: IS_LATER,
  }),
  alerts: upsert({
    name: 'whoran.alerts',
    fields: { ...ATTRIBUTED, eventId: 'text', raisedNs: 'bigint' },
    key: ['id'],
    keep: ['stored_ms'],
    when: IS_LATER,
  }),
  processes: upsert({
    name: 'whoran.processes',
    fields: {
      key: 'text',
      storedMs: 'bigint',
      cluster: 'text',
      node: 'text',
      container: 'text',
      pid: 'bigint',
      vpid: 'bigint',
      startedNs: 'bigint',
      session: 'text',
      sessionRank: 'bigint',
      parent: 'text',
      parentRank: 'bigint',
    },
    key: ['key'],
    merge: {
      stored_ms: 'greatest(t.stored_ms, excluded.stored_ms)',
      container: 'least(t.container, excluded.container)',
      pid: 'least(t.pid, excluded.pid)',
      vpid: 'least(t.vpid, excluded.vpid)',
      started_ns: 'least(t.started_ns, excluded.started_ns)',
      session: `case when ${sessionWins} then excluded.session else t.session end`,
      session_rank: 'greatest(t.session_rank, excluded.session_rank)',
      parent: `case when ${parentWins} then excluded.parent else t.parent end`,
      parent_rank: 'greatest(t.parent_rank, excluded.parent_rank)',
    },
    // Most events of a process say nothing new of it; its age is kept to the day.
    when: [
      sessionWins,
      parentWins,
      ...['container', 'pid', 'vpid', 'started_ns'].map((column) => `least(t.${column}, excluded.${column}) is distinct from t.${column}`),
      't.stored_ms < excluded.stored_ms - 86400000',
    ].join(' or '),
  }),
  reports: upsert({
    name: 'whoran.session_reports',
    fields: {
      cluster: 'text',
      id: 'text',
      observer: 'text',
      phase: 'text',
      revision: 'bigint',
      requestedNs: 'bigint',
      storedMs: 'bigint',
      twinKey: 'text',
      digest: 'text',
      body: 'jsonb',
    },
    key: ['cluster', 'id', 'observer', 'phase'],
    when: '(excluded.revision, t.requested_ns, t.digest collate "C") > (t.revision, excluded.requested_ns, excluded.digest collate "C")',
  }),
  sessions: upsert({
    name: 'whoran.sessions',
    fields: {
      cluster: 'text',
      id: 'text',
      storedMs: 'bigint',
      requestedNs: 'bigint',
      kind: 'text',
      phase: 'text',
      userName: 'text',
      namespace: 'text',
      pod: 'text',
      container: 'text',
      injected: 'boolean',
      webhook: 'boolean',
      audit: 'boolean',
      commandLine: 'text',
      alias: 'text',
      aliasOf: 'text',
      body: 'jsonb',
    },
    key: ['cluster', 'id'],
  }),
  sources: upsert({
    name: 'whoran.sources',
    fields: { cluster: 'text', node: 'text', kind: 'text', firstNs: 'bigint', lastNs: 'bigint' },
    key: ['cluster', 'node', 'kind'],
    merge: { first_ns: 'least(t.first_ns, excluded.first_ns)', last_ns: 'greatest(t.last_ns, excluded.last_ns)' },
  }),
  facts: upsert({
    name: 'whoran.facts',
    fields: { cluster: 'text', node: 'text', fact: 'text', lastMs: 'bigint' },
    key: ['cluster', 'node', 'fact'],
    merge: { last_ms: 'greatest(t.last_ms, excluded.last_ms)' },
  }),
  deadLetters: upsert({
    name: 'whoran.dead_letters',
    fields: {
      id: 'text',
      timeNs: 'bigint',
      storedMs: 'bigint',
      stage: 'text',
      reason: 'text',
      error: 'text',
      attempts: 'bigint',
      topic: 'text',
      endpoint: 'text',
      cluster: 'text',
      origin: 'jsonb',
      payload: 'text',
      truncated: 'boolean',
      replay: 'bigint',
      state: 'text',
    },
    key: ['id'],
    merge: {
      time_ns: 'greatest(t.time_ns, excluded.time_ns)',
      attempts: `least(t.attempts + excluded.attempts, ${Number.MAX_SAFE_INTEGER})`,
      replay: 'greatest(t.replay, excluded.replay)',
    },
    // The same letter delivered twice is no news; one that failed again is, also when clocks differ between replicas.
    when: 'excluded.replay > t.replay or excluded.time_ns > t.time_ns',
  }),
  deliveries: upsert({
    name: 'whoran.deliveries',
    fields: { id: 'text', timeNs: 'bigint', storedMs: 'bigint', receiver: 'text', outcome: 'text', body: 'jsonb' },
    key: ['id'],
    keep: ['stored_ms'],
    when: 'excluded.time_ns > t.time_ns',
  }),
  responses: upsert({
    name: 'whoran.responses',
    fields: {
      id: 'text',
      revision: 'bigint',
      timeNs: 'bigint',
      storedMs: 'bigint',
      action: 'text',
      state: 'text',
      dryRun: 'boolean',
      cluster: 'text',
      namespace: 'text',
      pod: 'text',
      userName: 'text',
      session: 'text',
      author: 'text',
      body: 'jsonb',
    },
    key: ['id', 'revision'],
    // A state that was recorded stays as it is: this is what audits read.
    when: 'false',
  }),
} as const;

/** Writes rows with one statement, whatever their number. No two may have the same key. */
export async function writeRows(session: SqlSession, statement: string, rows: readonly object[]): Promise<void> {
  if (rows.length > 0) await session.query(statement, [encodeRows(rows)]);
}

function upsert({ name, fields, key, merge = {}, keep = [], when }: Table): string {
  const columns = Object.keys(fields).map(snake);
  const replaced = columns.filter((column) => !key.includes(column) && !keep.includes(column));
  return [
    `insert into ${name} as t (${columns.join(', ')})`,
    `select ${Object.keys(fields)
      .map((field) => `"${field}"`)
      .join(', ')}`,
    `from json_to_recordset($1::json) as r(${Object.entries(fields)
      .map(([field, type]) => `"${field}" ${type}`)
      .join(', ')})`,
    `on conflict (${key.join(', ')}) do update set ${replaced.map((column) => `${column} = ${merge[column] ?? `excluded.${column}`}`).join(', ')}`,
    ...(when === undefined ? [] : [`where ${when}`]),
  ].join('\n');
}

function snake(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
