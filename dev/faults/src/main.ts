import { readFileSync, writeFileSync } from 'node:fs';
import { type Talk, runCommand } from '@whoran/command';
import { CLUSTERS, type House, type RunningGround, openGround, openHouse } from './ground.ts';
import { type FaultsOptions, readFaultsOptions } from './options.ts';
import { ROWS, type Row } from './rows/rows.ts';
import { runRow } from './run-row.ts';
import type { RowResult } from './score/row-result.ts';
import { markdownTable, textHead, textRow, withTable } from './score/table.ts';

async function showFaults(options: FaultsOptions, { print, warn }: Talk): Promise<boolean> {
  const house = await openHouse();
  warn(`logs of the services: ${house.material.logs}`);
  try {
    const rows = ROWS.filter(({ name }) => options.only.length === 0 || options.only.includes(name));
    const results = await runRows(rows, house, { ...options, say: options.json ? warn : print });
    if (options.json) print(JSON.stringify(results, null, 2));
    if (options.markdown !== undefined) writeTable(options.markdown, results);
    return results.every(({ problems }) => problems.length === 0);
  } finally {
    await house.close();
  }
}

interface Saying {
  readonly say: (line: string) => void;
}

/** Each row has services of its own, except in a quick run, where they stay while they are well: that saves half of the time. */
async function runRows(rows: readonly Row[], house: House, options: FaultsOptions & Saying): Promise<readonly RowResult[]> {
  const results: RowResult[] = [];
  const { say } = options;
  const clusters = CLUSTERS.map((cluster) => ({ cluster, rate: options.rate / CLUSTERS.length, skew: 0 }));
  let first = 1;
  let ground: RunningGround | undefined;
  say(textHead());
  try {
    for (const [index, row] of rows.entries()) {
      ground ??= await openGround(house, `faults-${process.pid}-${index}`, { outage: options.outageSeconds * 1000 });
      const { result, next } = await runRow(row, ground, { first, clusters, load: options.loadSeconds * 1000 });
      results.push(result);
      first = next;
      textRow(result).forEach(say);
      if (options.quick && result.problems.length === 0 && (await ground.deployment.notReady()).length === 0) continue;
      await ground.close();
      ground = undefined;
    }
  } finally {
    await ground?.close();
  }
  return results;
}

function writeTable(file: string, results: readonly RowResult[]): void {
  const about = ROWS.flatMap(({ name, about: what }) => {
    const result = results.find((each) => each.name === name);
    return result ? [`- ${name}: ${what}`] : [];
  });
  const text = withTable(readFileSync(file, 'utf8'), `${markdownTable(results)}\n\n${about.join('\n')}`);
  if (text === undefined) throw new Error(`${file} lacks the two marks between which the table stands`);
  writeFileSync(file, text);
}

const names = ROWS.map(({ name }) => name);
await runCommand({ name: 'faults', read: (args) => readFaultsOptions(args, names), run: showFaults });
