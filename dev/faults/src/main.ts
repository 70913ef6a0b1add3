import { readFileSync, writeFileSync } from 'node:fs';
import { messageOf } from '@whoran/kernel';
import { CLUSTERS, type House, type RunningGround, openGround, openHouse } from './ground.ts';
import { type FaultsOptions, readFaultsOptions } from './options.ts';
import { ROWS, type Row } from './rows/rows.ts';
import { runRow } from './run-row.ts';
import type { RowResult } from './score/row-result.ts';
import { markdownTable, textHead, textRow, toldText, withTable } from './score/table.ts';

const print = (text: string) => void process.stdout.write(`${text}\n`);
const warn = (text: string) => void process.stderr.write(`${text}\n`);

async function main(): Promise<number> {
  const options = readFaultsOptions(
    process.argv.slice(2),
    ROWS.map(({ name }) => name),
  );
  if (!options.ok) {
    warn(`faults: ${options.error}; --help says more`);
    return 2;
  }
  if (options.value.kind === 'help') {
    process.stdout.write(options.value.text);
    return 0;
  }
  try {
    return await showFaults(options.value);
  } catch (error) {
    warn(`faults: ${(error as Error).stack ?? messageOf(error)}`);
    return 2;
  }
}

async function showFaults(options: FaultsOptions): Promise<number> {
  const house = await openHouse();
  warn(`logs of the services: ${house.material.logs}`);
  try {
    const rows = ROWS.filter(({ name }) => options.only.length === 0 || options.only.includes(name));
    const results = await runRows(rows, house, options);
    if (options.json) print(JSON.stringify(results, null, 2));
    if (options.markdown !== undefined) writeTable(options.markdown, results);
    return results.some(({ problems }) => problems.length > 0) ? 1 : 0;
  } finally {
    await house.close();
  }
}

/** Each row has services of its own, except in a quick run, where they stay while they are well: that saves half of the time. */
async function runRows(rows: readonly Row[], house: House, options: FaultsOptions): Promise<readonly RowResult[]> {
  const results: RowResult[] = [];
  const say = options.json ? warn : print;
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
    return result ? [`- ${name}: ${what}; ${toldText(result)}`] : [];
  });
  const text = withTable(readFileSync(file, 'utf8'), `${markdownTable(results)}\n\n${about.join('\n')}`);
  if (text === undefined) throw new Error(`${file} lacks the two marks between which the table stands`);
  writeFileSync(file, text);
}

// Not process.exit: what was printed must be out, also into a pipe.
process.exitCode = await main();
