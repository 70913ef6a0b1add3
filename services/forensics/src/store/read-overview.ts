import type { Evidence } from '@whoran/contracts';
import { printInstant } from '@whoran/kernel';
import {
  deadLetterCountStatement,
  evidenceStatement,
  execStatement,
  factStatement,
  hiddenStatement,
  sourceStatement,
} from './overview-statements.ts';
import type { SourceKind } from './rows.ts';
import type { Statement } from './search-statements.ts';
import type { SqlDatabase } from './database/sql-database.ts';
import type { Overview, OverviewOf } from './store.ts';

type Int8 = string | number | bigint;

interface ExecColumns {
  readonly cluster: string;
  readonly total: number;
  readonly refused: number;
  readonly injected: number;
  readonly attributed: number;
  readonly without_webhook: number;
  readonly silent: number;
  readonly silent_example: string | null;
}

/** Reads what status and doctor are made from. */
export async function readOverview(database: SqlDatabase, of: OverviewOf): Promise<Overview> {
  const run = <Row>({ text, values }: Statement) => database.query<Row>(text, values);
  const sources = await run<{ cluster: string; node: string; kind: SourceKind; first_ns: Int8; last_ns: Int8 }>(sourceStatement(of));
  const facts = await run<{ cluster: string; node: string; fact: string; last_ms: Int8 }>(factStatement(of));
  const execs = await run<ExecColumns>(execStatement(of));
  const deadLetters = await run<{ stage: string; reason: string; count: number; last_ns: Int8 }>(deadLetterCountStatement(of));
  return {
    sources: sources.map(({ cluster, node, kind, first_ns, last_ns }) => ({
      cluster,
      node,
      kind,
      firstNs: BigInt(first_ns),
      lastNs: BigInt(last_ns),
    })),
    facts: facts.map(({ cluster, node, fact, last_ms }) => ({ cluster, node, fact, lastMs: Number(last_ms) })),
    evidence: await run<{ cluster: string; node: string; evidence: Evidence; count: number }>(evidenceStatement(of)),
    execs: execs.map(({ without_webhook, silent_example, ...row }) => ({
      ...row,
      withoutWebhook: without_webhook,
      silentExample: silent_example ?? undefined,
    })),
    hidden: await run<{ cluster: string; node: string; count: number; rule: string }>(hiddenStatement(of)),
    deadLetters: deadLetters.map(({ stage, reason, count, last_ns }) => ({ stage, reason, count, last: printInstant(BigInt(last_ns)) })),
  };
}
