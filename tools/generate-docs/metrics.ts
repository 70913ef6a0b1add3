import ts from 'typescript';
import { type Source, allSources, literalText, nodesOf, placeOf } from './sources.ts';
import { page, table } from './table.ts';

const TYPES: Readonly<Record<string, string>> = { counter: 'counter', gauge: 'gauge', seconds: 'histogram' };

const INTRODUCTION = `Every service serves these at \`/metrics\`, for Prometheus, with a label \`service\`, beside the usual metrics of Node.js.
Labels come from closed lists: never a user, a pod or a path.`;

/** docs/metrics.md: every metric that is declared with the Metrics of service-kit. */
export function metricsPage(): string {
  const byProject = new Map<string, string[][]>();
  for (const source of allSources()) {
    for (const row of metricsOf(source)) byProject.set(source.project, [...(byProject.get(source.project) ?? []), row]);
  }
  const parts = [...byProject].sort().map(([project, rows]) => {
    const sorted = rows.sort((a, b) => (a[0] ?? '').localeCompare(b[0] ?? ''));
    return `## ${project}\n\n${table(['Metric', 'Type', 'Labels', 'About'], sorted)}`;
  });
  return page('Metrics', INTRODUCTION, ...parts);
}

function metricsOf(source: Source): string[][] {
  const rows: string[][] = [];
  for (const node of nodesOf(source.tree)) {
    if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) continue;
    const type = TYPES[node.expression.name.text];
    const name = literalText(node.arguments[0]);
    if (type === undefined || name === undefined || !name.startsWith('whoran_')) continue;
    const help = literalText(node.arguments[1]);
    if (help === undefined) throw new Error(`${placeOf(source, node)}: the help of ${name} is not a literal text`);
    rows.push([`\`${name}\``, type, labelsOf(node.arguments[2]), help]);
  }
  return rows;
}

function labelsOf(node: ts.Node | undefined): string {
  return node && ts.isArrayLiteralExpression(node)
    ? node.elements.map((element) => literalText(element) ?? element.getText()).join(', ')
    : '';
}
