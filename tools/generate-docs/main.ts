import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errorsPage } from './errors.ts';
import { fieldsPage } from './fields.ts';
import { metricsPage } from './metrics.ts';
import { operatorsPage } from './operators.ts';
import { receiversPage } from './receivers.ts';
import { schemaFiles } from './schemas.ts';
import { settingsPage } from './settings.ts';

/** Writes what is made from the code under docs; with --check, compares instead and fails on a difference. */
async function main(check: boolean): Promise<void> {
  const files = new Map([
    ['docs/settings.md', await settingsPage()],
    ['docs/errors.md', errorsPage()],
    ['docs/fields.md', fieldsPage()],
    ['docs/operators.md', operatorsPage()],
    ['docs/metrics.md', metricsPage()],
    ['docs/receiver-settings.md', receiversPage()],
    ...[...schemaFiles()].map(([name, text]) => [join('docs/schemas', name), text] as const),
  ]);
  const stale = globSync('docs/schemas/*.json').filter((file) => !files.has(file));
  const different = [...files].filter(([file, text]) => readOr(file, '') !== text).map(([file]) => file);
  if (!check) {
    for (const file of stale) rmSync(file);
    for (const [file, text] of files) write(file, text);
    process.stdout.write(`${files.size} files written\n`);
  } else if (stale.length + different.length > 0) {
    process.stderr.write(`Not as the code says: ${[...different, ...stale].join(', ')}\nRun: npm run docs\n`);
    process.exitCode = 1;
  }
}

function readOr(file: string, otherwise: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return otherwise; // a file that is missing is a difference like any other
  }
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

await main(process.argv.includes('--check'));
