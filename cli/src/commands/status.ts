import { API_PATHS, type StatusReport } from '@whoran/forensics-api';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { type FilterName, addExamples, addFilters, addOutput, filterQuery } from '../options.ts';
import { jsonText } from '../render/json.ts';
import { type ListStyle, printList } from '../render/listing.ts';
import { printStatus, statusCsv, statusRows } from '../views/status-columns.ts';

const FILTERS: readonly FilterName[] = ['cluster', 'since'];

/** `whoran status`: what comes in, from where, and what does not. */
export function addStatus(program: Command, context: CliContext): void {
  const command = program.command('status').description('Show what comes in from each cluster and node, and what is missing');
  addOutput(addFilters(command, FILTERS));
  addExamples(
    command,
    [
      ['whoran status', 'every cluster, over the last 24 hours'],
      ['whoran status --cluster prod --since 1h', 'one cluster in the last hour'],
    ],
    'json writes one object, ndjson one line per cluster, csv one record per node.',
  );
  command.action(async () => {
    const report = await context.client(command).get<StatusReport>(API_PATHS.status, filterQuery(command.opts(), FILTERS));
    await context.out(print(report, context.style(command)));
  });
}

function print(report: StatusReport, style: ListStyle): string {
  switch (style.format) {
    case 'table':
      return printStatus(report, style);
    case 'json':
      return `${jsonText(report)}\n`;
    case 'ndjson':
      return printList({ table: [], csv: [] }, report.clusters, style);
    case 'csv':
      return printList({ table: [], csv: statusCsv }, statusRows(report), style);
  }
}
