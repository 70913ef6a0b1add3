import { EVIDENCES } from '@whoran/contracts';
import type { ClusterStatus, DeadLetterCount, NodeStatus, StatusReport } from '@whoran/forensics-api';
import { printSpan } from '../render/clock-face.ts';
import type { CsvColumn } from '../render/csv.ts';
import { type TableColumn, type TableStyle, printTable } from '../render/table.ts';
import { cutTo, visible } from '../render/visible.ts';

/** A node with its cluster; a cluster without nodes has one row, so that none is forgotten. */
export interface StatusRow {
  readonly cluster: ClusterStatus;
  readonly node?: NodeStatus;
}

/** The rows of a status report. */
export function statusRows(report: StatusReport): readonly StatusRow[] {
  return report.clusters.flatMap((cluster) =>
    cluster.nodes.length > 0 ? cluster.nodes.map((node) => ({ cluster, node })) : [{ cluster }],
  );
}

/** Status in CSV: one record per node, with the fields of its cluster. */
export const statusCsv: readonly CsvColumn<StatusRow>[] = [
  { name: 'cluster', value: ({ cluster }) => cluster.name },
  { name: 'node', value: ({ node }) => node?.name },
  { name: 'node_last_falco', value: ({ node }) => node?.lastFalco },
  { name: 'cluster_last_falco', value: ({ cluster }) => cluster.lastFalco },
  { name: 'cluster_last_audit', value: ({ cluster }) => cluster.lastAudit },
  { name: 'cluster_last_webhook', value: ({ cluster }) => cluster.lastWebhook },
  { name: 'execs', value: ({ cluster }) => cluster.execs.total },
  { name: 'execs_refused', value: ({ cluster }) => cluster.execs.refused },
  { name: 'execs_injected', value: ({ cluster }) => cluster.execs.injected },
  { name: 'execs_attributed', value: ({ cluster }) => cluster.execs.attributed },
  ...EVIDENCES.map((evidence) => ({
    name: `commands_${evidence}`,
    value: ({ node }: StatusRow) => node?.commandsByEvidence[evidence] ?? 0,
  })),
];

/** Status for people: clusters, nodes, what is missing, and what could not be processed. */
export function printStatus(report: StatusReport, style: TableStyle): string {
  const letters = report.deadLetters.length === 0 ? '' : printTable(deadLetterTable(report.generatedAt), report.deadLetters, style);
  const nothing = 'nothing has come from any cluster yet: whoran doctor tells what to set up\n';
  if (report.clusters.length === 0) return letters === '' ? nothing : `${nothing}\n${letters}`;
  const nodes = statusRows(report).filter((row) => row.node !== undefined);
  const sections = [
    printTable(clusterTable(report.generatedAt), report.clusters, style),
    nodes.length === 0 ? '' : printTable(nodeTable(report.generatedAt), nodes, style),
    missingLines(report, style),
    letters,
  ];
  return sections.filter((section) => section !== '').join('\n');
}

function clusterTable(now: string): readonly TableColumn<ClusterStatus>[] {
  return [
    { title: 'CLUSTER', text: (row) => row.name, min: 8 },
    { title: 'LAST FALCO', text: (row) => age(row.lastFalco, now) },
    { title: 'LAST AUDIT', text: (row) => age(row.lastAudit, now) },
    { title: 'LAST WEBHOOK', text: (row) => age(row.lastWebhook, now) },
    { title: 'AUDIT LEVEL', text: (row) => row.auditLevels.join(','), min: 11, drop: 2 },
    { title: 'EXECS', text: (row) => String(row.execs.total) },
    { title: 'REFUSED', text: (row) => String(row.execs.refused), drop: 1 },
    { title: 'INJECTED', text: ({ execs }) => share(execs.injected, execs.total - execs.refused) },
    { title: 'ATTRIBUTED', text: ({ execs }) => share(execs.attributed, execs.total - execs.refused) },
  ];
}

function nodeTable(now: string): readonly TableColumn<StatusRow>[] {
  return [
    { title: 'CLUSTER', text: ({ cluster }) => cluster.name, min: 8 },
    { title: 'NODE', text: ({ node }) => node?.name, min: 12 },
    { title: 'LAST FALCO', text: ({ node }) => age(node?.lastFalco, now) },
    ...EVIDENCES.map((evidence) => ({
      title: evidence.toUpperCase(),
      text: ({ node }: StatusRow) => String(node?.commandsByEvidence[evidence] ?? 0),
    })),
  ];
}

function deadLetterTable(now: string): readonly TableColumn<DeadLetterCount>[] {
  return [
    { title: 'DEAD LETTERS', text: (row) => String(row.count), tone: () => 'odd' },
    { title: 'SERVICE', text: (row) => row.stage },
    { title: 'LAST', text: (row) => age(row.last, now) },
    { title: 'REASON', text: (row) => row.reason },
  ];
}

function missingLines(report: StatusReport, style: TableStyle): string {
  const missing = report.clusters.flatMap((cluster) =>
    cluster.missing.map((item) => `! ${visible(cluster.name)}: ${visible(item.message)}`),
  );
  return missing.map((text) => `${style.paint('odd', style.width === undefined ? text : cutTo(text, style.width))}\n`).join('');
}

function age(instant: string | undefined, now: string): string {
  return instant === undefined ? 'never' : `${printSpan(instant, now)} ago`;
}

function share(part: number, whole: number): string {
  return whole <= 0 ? '-' : `${part} (${Math.round((part / whole) * 100)}%)`;
}
