import type { Evidence } from '@whoran/contracts';
import type { ClusterStatus, ExecShares, MissingRecord, NodeStatus, StatusReport } from '@whoran/forensics-api';
import { type Nanos, printInstant } from '@whoran/kernel';
import { present } from '../store/present.ts';
import type { SourceRow } from '../store/rows.ts';
import type { EvidenceCount, ExecCount, Overview } from '../store/store.ts';

/** A source is silent when it lags so far behind what others saw. Audit batches take up to 30 s. */
export const SILENT_NS: Nanos = 600_000_000_000n;

/** The period of a report. */
export interface Period {
  readonly sinceNs: Nanos;
  readonly nowNs: Nanos;
}

const NO_EXECS: ExecCount = { cluster: '', total: 0, refused: 0, injected: 0, attributed: 0, withoutWebhook: 0, silent: 0 };

/** Tells what comes in from each cluster and node, and what does not. */
export function statusReport(overview: Overview, { sinceNs, nowNs }: Period): StatusReport {
  const recent = overview.sources.filter(({ lastNs }) => lastNs >= sinceNs);
  const clusters = [...new Set([...recent, ...overview.execs, ...overview.evidence].map(({ cluster }) => cluster))].sort();
  return {
    generatedAt: printInstant(nowNs),
    since: printInstant(sinceNs),
    clusters: clusters.map((name) =>
      clusterStatus(name, { ...overview, sources: overview.sources.filter(({ kind, lastNs }) => kind !== 'falco' || lastNs >= sinceNs) }),
    ),
    deadLetters: overview.deadLetters,
  };
}

function clusterStatus(name: string, overview: Overview): ClusterStatus {
  const sources = overview.sources.filter(({ cluster }) => cluster === name);
  const evidence = overview.evidence.filter(({ cluster }) => cluster === name);
  const execs = overview.execs.find(({ cluster }) => cluster === name) ?? NO_EXECS;
  const last = lastByKind(sources);
  const prefix = 'audit-level:exec:';
  const auditLevels = overview.facts
    .filter(({ cluster, fact }) => cluster === name && fact.startsWith(prefix))
    .map(({ fact }) => fact.slice(prefix.length));
  return {
    name,
    ...present({ lastFalco: print(last.falco), lastAudit: print(last.audit), lastWebhook: print(last.webhook) }),
    auditLevels,
    execs: shares(execs),
    commandsByEvidence: byEvidence(evidence),
    nodes: sources.filter(({ kind }) => kind === 'falco').map((source) => nodeStatus(source, evidence)),
    missing: [...missingSources(sources, last), ...missingExecs(execs)],
  };
}

function print(time: Nanos | undefined): string | undefined {
  return time === undefined ? undefined : printInstant(time);
}

/** When each kind of source was last heard of. */
function lastByKind(sources: readonly SourceRow[]): Readonly<Partial<Record<SourceRow['kind'], Nanos>>> {
  const last: Partial<Record<SourceRow['kind'], Nanos>> = {};
  for (const { kind, lastNs } of sources) {
    const known = last[kind];
    if (known === undefined || lastNs > known) last[kind] = lastNs;
  }
  return last;
}

function missingSources(sources: readonly SourceRow[], last: ReturnType<typeof lastByKind>): readonly MissingRecord[] {
  const missing: MissingRecord[] = [];
  const { falco, audit, webhook } = last;
  if (falco === undefined)
    missing.push({ code: 'falco-silent', message: 'no Falco event has come from any node: commands cannot be seen' });
  for (const { kind, node, lastNs } of sources) {
    if (kind !== 'falco' || falco === undefined || falco - lastNs < SILENT_NS) continue;
    missing.push({
      code: 'falco-silent',
      node,
      message: `no Falco event from node ${node} since ${printInstant(lastNs)}, while other nodes send some`,
    });
  }
  const others = [falco, webhook].filter((time) => time !== undefined);
  const newest = others.length === 0 ? undefined : others.reduce((one, other) => (one > other ? one : other));
  if (newest !== undefined && (audit === undefined || newest - audit >= SILENT_NS)) {
    const since = audit === undefined ? 'has ever come' : `since ${printInstant(audit)}`;
    missing.push({
      code: 'audit-silent',
      message: `no audit event ${since}: sessions are not confirmed, and execs without injection have no user`,
    });
  }
  return missing;
}

function missingExecs(execs: ExecCount): readonly MissingRecord[] {
  const missing: MissingRecord[] = [];
  const allowed = execs.total - execs.refused;
  if (execs.withoutWebhook > 0 && execs.withoutWebhook >= allowed) {
    missing.push({
      code: 'webhook-silent',
      message: `none of ${allowed} execs was reported by the webhook: it is not called, or failed open`,
    });
  } else if (execs.withoutWebhook > 0) {
    missing.push({
      code: 'execs-uninjected',
      message: `${execs.withoutWebhook} of ${allowed} execs slipped by the webhook; their users are known from the audit log only`,
    });
  }
  if (execs.silent > 0) {
    const example = execs.silentExample === undefined ? '' : `, such as session ${execs.silentExample}`;
    missing.push({
      code: 'execs-without-events',
      message: `${execs.silent} injected execs have no Falco event${example}: their image may lack env, or their node Falco`,
    });
  }
  return missing;
}

function nodeStatus({ node, firstNs, lastNs }: SourceRow, evidence: readonly EvidenceCount[]): NodeStatus {
  return {
    name: node,
    firstSeen: printInstant(firstNs),
    lastFalco: printInstant(lastNs),
    commandsByEvidence: byEvidence(evidence.filter((count) => count.node === node)),
  };
}

function shares({ total, refused, injected, attributed }: ExecCount): ExecShares {
  return { total, refused, injected, attributed };
}

function byEvidence(counts: readonly EvidenceCount[]): Readonly<Partial<Record<Evidence, number>>> {
  const sums: Partial<Record<Evidence, number>> = {};
  for (const { evidence, count } of counts) sums[evidence] = (sums[evidence] ?? 0) + count;
  return sums;
}
